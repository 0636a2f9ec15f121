"""The command-line reference, from the parser."""

from __future__ import annotations

import re

from app.cli.main import build_app

_INTRODUCTION = """\
Where Jointlens is installed the program is called `jointlens`; in a checkout `python main.py` is the same.
Exit codes: 0 done, 1 failed with one line that says why, 2 wrong usage. With `--json` one JSON document goes
to stdout; progress always goes to stderr. `Ctrl+C` stops cleanly, and what was done stays done.
"""


def describe_command_line() -> str:
    """The page, as Markdown."""
    told = build_app().generate_docs(output_format="markdown")
    sections = told[told.index("\n## jointlens inspect") :]
    sections = re.sub(r"^#(#+) jointlens ", r"#\1 ", sections, flags=re.MULTILINE)
    sections = re.sub(r" \*\[default: (False|\(\)|\"\")\]\*", "", sections)
    return f"# Command line\n\n{_INTRODUCTION}\n{sections.strip()}\n"
