"""Sphinx's settings: offline, Markdown, equations as MathML; pages made from the code are written first."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from docutils import nodes  # noqa: E402
from latex2mathml.converter import convert  # noqa: E402
from sphinx.application import Sphinx  # noqa: E402
from sphinx.writers.html5 import HTML5Translator  # noqa: E402

from core.version import code_version  # noqa: E402
from docs.generate.command_line import describe_command_line  # noqa: E402
from docs.generate.imports import draw_imports  # noqa: E402
from docs.generate.window import describe_commands  # noqa: E402

project = "Jointlens"
author = "the authors of Jointlens"
release = version = code_version()

extensions = ["myst_parser"]
myst_enable_extensions = ["dollarmath", "colon_fence"]
myst_heading_anchors = 3
exclude_patterns = ["generate", "build"]
suppress_warnings = ["myst.strikethrough"]
nitpicky = True

html_theme = "furo"
html_title = f"Jointlens {release}"
html_favicon = "../resources/jointlens.svg"
html_show_sourcelink = False
html_copy_source = False


def write_generated() -> None:
    """The pages and the picture that the code itself tells."""
    folder = HERE / "generated"
    folder.mkdir(exist_ok=True)
    for name, content in (
        ("command_line.md", describe_command_line()),
        ("window.md", describe_commands()),
        ("imports.svg", draw_imports()),
    ):
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != content:
            path.write_text(content, encoding="utf-8")


def visit_math(translator: HTML5Translator, node: nodes.math | nodes.math_block) -> None:
    """Equations as MathML, which browsers draw by themselves."""
    display = "block" if isinstance(node, nodes.math_block) else "inline"
    translator.body.append(convert(node.astext(), display=display))
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Write what is generated before the pages are read, and draw equations without a script."""
    write_generated()
    app.add_html_math_renderer("mathml", (visit_math, None), (visit_math, None))
    app.config.html_math_renderer = "mathml"
