"""Code blocks of the documentation, as a reader would copy them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Template

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
PROGRAMS = (["python", "main.py"], ["jointlens"], ["xvfb-run", "-a", "jointlens"])


@dataclass(frozen=True)
class Block:
    """A fenced or indented block of code.

    Attributes:
        language: after the fence; empty for an indented block.
        text: without fence or indent.
    """

    language: str
    text: str


def read_blocks(page: Path) -> Iterator[Block]:
    """Every block of a page, in order."""
    text = page.read_text(encoding="utf-8")
    fenced = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
    indented = re.compile(r"(?:^    .*\n|^\n(?=    ))+", re.MULTILINE)
    found = [(match.start(), Block(match[1], match[2])) for match in fenced.finditer(text)]
    covered = [(match.start(), match.end()) for match in fenced.finditer(text)]
    for match in indented.finditer(text):
        if not any(start <= match.start() < end for start, end in covered):
            found.append((match.start(), Block("", re.sub(r"^    ", "", match[0], flags=re.MULTILINE))))
    yield from (block for _, block in sorted(found, key=lambda pair: pair[0]))


def read_commands(block: Block) -> Iterator[list[str]]:
    """The words after the program's name of each line that calls it.

    Continued lines are joined, and variables that the block sets are filled in.
    """
    if block.language not in ("", "sh", "console"):
        return
    variables = dict(re.findall(r'^(\w+)="([^"]*)"$', block.text, re.MULTILINE))
    for line in block.text.replace("\\\n", " ").splitlines():
        try:
            words = shlex.split(Template(line).safe_substitute(variables), comments=True)
        except ValueError:  # prose with an apostrophe
            continue
        for program in PROGRAMS:
            if words[: len(program)] == program:
                yield words[len(program) :]
