from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from app.commands.command import Command, Workspace
from app.commands.jobs import save_script
from app.commands.registry import CommandRegistry
from app.commands.replay import Replay, ScriptError, read_script
from app.commands.wait import Wait
from app.session.optimisation import OptimisationState
from core.errors import SettingsError


@pytest.fixture
def done() -> list[str]:
    return []


@pytest.fixture
def gate() -> SimpleNamespace:
    return SimpleNamespace(open=False, failure="", timeout=60.0)


@pytest.fixture
def registry(done: list[str], gate: SimpleNamespace) -> Iterator[CommandRegistry]:
    def say(workspace: Any, *, text: str) -> None:
        if text == "no":
            raise SettingsError("would not say it")
        done.append(text)

    def hold(workspace: Any) -> Wait:
        return Wait(
            lambda: gate.open,
            lambda: gate.failure,
            time.monotonic() + gate.timeout,
            "the gate",
            lambda: ["hinges"],
        )

    def stumble(workspace: Any) -> None:
        done.append("stumbled")
        raise ZeroDivisionError

    session = SimpleNamespace(set_status=lambda text: None, optimisation=OptimisationState())
    jobs = SimpleNamespace(working=False, live=SimpleNamespace(busy=False))
    workspace = Workspace(session, jobs)  # type: ignore[arg-type]
    commands = [
        Command("say", say),
        Command("hold", hold),
        Command("stumble", stumble),
        Command("script.save", save_script),
    ]
    registry = CommandRegistry(workspace, commands)
    yield registry
    registry.close()


def replay(registry: CommandRegistry, path: Path, *lines: str) -> Replay:
    path.write_text("\n".join(lines))
    return Replay(registry, read_script(path))


def finish(script: Replay) -> None:
    while not script.advance():
        pass


SAY_A = '{"command": "say", "args": {"text": "a"}}'
SAY_B = '{"command": "say", "args": {"text": "b"}}'
HOLD = '{"command": "hold"}'


def test_lines_run_in_order_and_comments_are_passed_over(
    registry: CommandRegistry, tmp_path: Path, done: list[str]
) -> None:
    finish(replay(registry, tmp_path / "script.jsonl", "# first", SAY_A, "", SAY_B))
    assert done == ["a", "b"]


def test_an_empty_script_is_over_at_once(registry: CommandRegistry) -> None:
    assert Replay(registry, []).advance()


def test_a_wait_holds_the_script_without_blocking(
    registry: CommandRegistry, tmp_path: Path, done: list[str], gate: SimpleNamespace
) -> None:
    script = replay(registry, tmp_path / "script.jsonl", HOLD, SAY_A)
    assert not any(script.advance() for _ in range(5))
    assert done == []
    gate.open = True
    finish(script)
    assert done == ["a"]


@pytest.mark.parametrize(
    ("line", "message", "unknown"),
    [
        ('{"command": "shout"}', r":2: 'shout' is no command", True),
        ('{"command": "say", "args": {"text": "no"}}', r":2: would not say it", False),
        ('{"command": "say", "args": {"texts": "a"}}', r":2: say: .*texts", False),
        ('{"command": "say", "arguments": {}}', r":2: this line is no command: .*arguments", False),
        ("say a", r":2: this line is no command", False),
    ],
)
def test_a_script_stops_at_the_first_bad_line_and_names_it(
    registry: CommandRegistry, tmp_path: Path, done: list[str], line: str, message: str, unknown: bool
) -> None:
    script = replay(registry, tmp_path / "script.jsonl", SAY_A, line, SAY_B)
    with pytest.raises(ScriptError, match=rf"script\.jsonl{message}") as caught:
        finish(script)
    assert caught.value.unknown is unknown
    assert done == ["a"]


def test_a_wait_fails_with_the_job_that_it_waits_for(
    registry: CommandRegistry, tmp_path: Path, gate: SimpleNamespace
) -> None:
    gate.failure = "Refit J_spin: no labels are left"
    with pytest.raises(ScriptError, match=r":1: Refit J_spin: no labels are left"):
        finish(replay(registry, tmp_path / "script.jsonl", HOLD))


def test_a_wait_has_an_end(registry: CommandRegistry, tmp_path: Path, gate: SimpleNamespace) -> None:
    gate.timeout = -1.0
    with pytest.raises(ScriptError, match=r":1: waited in vain for the gate; still going on: hinges"):
        finish(replay(registry, tmp_path / "script.jsonl", HOLD))


def test_a_missing_script_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none\.jsonl: this script cannot be read"):
        read_script(tmp_path / "none.jsonl")


def test_what_was_done_can_be_saved_and_replayed(
    registry: CommandRegistry, tmp_path: Path, done: list[str]
) -> None:
    path = tmp_path / "script.jsonl"
    registry.execute("say", {"text": "a"})
    with pytest.raises(SettingsError):
        registry.execute("say", {"text": "no"})
    registry.execute("say", {"text": "b"})
    registry.execute("script.save", {"path": str(path)})
    done.clear()
    finish(Replay(registry, read_script(path)))
    assert done == ["a", "b"]


def test_an_unforeseen_error_does_not_repeat_its_line(
    registry: CommandRegistry, tmp_path: Path, done: list[str]
) -> None:
    script = replay(registry, tmp_path / "script.jsonl", '{"command": "stumble"}', SAY_A)
    with pytest.raises(ZeroDivisionError):
        script.advance()
    finish(script)
    assert done == ["stumbled", "a"]
