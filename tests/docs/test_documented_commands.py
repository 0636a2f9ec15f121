"""What README and documentation tell people to type is understood by the real parser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.cli.main import COMMANDS, build_app
from tests.docs.blocks import PAGES, ROOT, read_blocks, read_commands

LINES = [
    pytest.param(words, id=f"{page.name}: {' '.join(words)[:70]}")
    for page in PAGES
    for block in read_blocks(page)
    for words in read_commands(block)
]


def test_there_are_commands_to_look_at() -> None:
    assert len(LINES) > 30


@pytest.mark.parametrize("words", LINES)
def test_a_documented_command_parses(words: list[str]) -> None:
    if not words or words[0] not in COMMANDS:
        words = ["inspect", *words]  # as main() does
    build_app().parse_args(words, exit_on_error=False, print_error=False)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_documented_make_target_is_there(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    blocks = (block.text for block in read_blocks(page))
    told = {target for text in blocks for target in re.findall(r"^make ([a-z]+)", text, re.MULTILINE)}
    assert told <= targets


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_linked_file_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", text)
    missing = [link for link in links if not (page.parent / link).exists() and "generated/" not in link]
    assert not missing
