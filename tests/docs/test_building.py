from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli.main import COMMANDS
from app.commands.catalogue import COMMANDS as WINDOW_COMMANDS
from tests.docs.blocks import ROOT

pytest.importorskip("sphinx", reason="needs the extra 'docs'")
pytest.importorskip("myst_parser", reason="needs the extra 'docs'")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The documentation, built with warnings as errors."""
    target = tmp_path_factory.mktemp("docs")
    words = ("-W", "--keep-going", "-q", "-b", "html", str(ROOT / "docs"), str(target))
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return target


def test_every_command_is_in_the_references(built: Path) -> None:
    line = (built / "generated" / "command_line.html").read_text(encoding="utf-8")
    assert all(f'id="{name}"' in line for name in COMMANDS)
    window = (built / "generated" / "window.html").read_text(encoding="utf-8")
    assert all(f">{command.id}<" in window for command in WINDOW_COMMANDS)


def test_pages_load_nothing_from_elsewhere(built: Path) -> None:
    loaded = re.compile(r'<(?:script|img|iframe)[^>]+src="https?:|<link[^>]+href="https?:|url\("?https?:')
    pages = [*built.rglob("*.html"), *built.rglob("*.css")]
    assert not [page for page in pages if loaded.search(page.read_text(encoding="utf-8"))]


def test_equations_need_no_script(built: Path) -> None:
    assert "<math" in (built / "concepts.html").read_text(encoding="utf-8")
