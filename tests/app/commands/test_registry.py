from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, Literal

import pytest

from app.commands.catalogue import COMMANDS
from app.commands.command import Command, Entry, Workspace
from app.commands.recorder import Step
from app.commands.registry import CommandRegistry, UnknownCommandError
from app.session.optimisation import OptimisationState
from core.errors import SettingsError

RELIED_ON = (
    "frame.go", "frame.next", "frame.previous", "playback.toggle", "layer.toggle", "camera.view",
    "term.toggle", "term.weight", "optimize.start", "optimize.pause", "optimize.step", "optimize.reset",
    "iteration.go", "regressor.show", "regressor.paint", "label.flag", "label.unflag", "regressor.refit",
    "edit.undo", "edit.redo", "theme.toggle", "wait",
)  # fmt: skip


def paint(
    workspace: Any, *, color: Literal["red", "green"], strength: float = 1.0, for_: str | None = None
) -> tuple[str, float, str | None]:
    """Paint something."""
    if strength > 1:
        raise SettingsError("too strong")
    return color, strength, for_


@pytest.fixture
def statuses() -> list[str]:
    return []


@pytest.fixture
def workspace(statuses: list[str]) -> Workspace:
    session = SimpleNamespace(status="", set_status=statuses.append, optimisation=OptimisationState())
    jobs = SimpleNamespace(working=False, live=SimpleNamespace(busy=False))
    return Workspace(session, jobs)  # type: ignore[arg-type]


@pytest.fixture
def registry(workspace: Workspace) -> Iterator[CommandRegistry]:
    entries = (Entry("Paint red", {"color": "red"}, key="Ctrl+P", menu="Edit", checked=lambda session: True),)
    registry = CommandRegistry(workspace, [Command("paint", paint, entries)])
    yield registry
    registry.close()


def test_arguments_reach_the_function_with_defaults_filled_in(registry: CommandRegistry) -> None:
    assert registry.execute("paint", {"color": "red", "for": "fun"}) == ("red", 1.0, "fun")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ({}, "color"),
        ({"color": "blue"}, "blue"),
        ({"color": "red", "strength": "much"}, "strength"),
        ({"color": "red", "size": 2}, "size"),
    ],
)
def test_wrong_arguments_are_named(registry: CommandRegistry, args: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError, match=rf"paint: .*{message}.*expected \{{color: .*strength: .*for: "):
        registry.execute("paint", args)


@pytest.mark.parametrize(
    ("command", "args", "message"),
    [
        ("picture.zoom", {"factor": 0}, "> 0"),
        ("playback.rate", {"rate": 1000}, "<= 100"),
        ("label.flag", {"subject": "S5", "joint": "RAnkle", "reason": "off", "frames": [0, 4]}, ">= 1"),
    ],
)
def test_a_number_out_of_bounds_is_refused(command: str, args: dict[str, Any], message: str) -> None:
    registry = CommandRegistry(SimpleNamespace(session=None, jobs=None), COMMANDS)  # type: ignore[arg-type]
    try:
        with pytest.raises(SettingsError, match=f"{command}: Expected .* {message}"):
            registry.execute(command, args)
    finally:
        registry.close()


def test_an_unknown_command_is_named(registry: CommandRegistry) -> None:
    with pytest.raises(UnknownCommandError, match=r"'pant' is no command; there are paint"):
        registry.execute("pant")


def test_a_person_reads_an_error_in_the_status_line(registry: CommandRegistry, statuses: list[str]) -> None:
    registry.invoke("paint", color="red", strength=2)
    assert statuses == ["too strong"]


def test_what_was_said_of_a_command_is_over_with_the_next(
    registry: CommandRegistry, workspace: Workspace, statuses: list[str]
) -> None:
    workspace.session.status = "too strong"
    registry.invoke("paint", color="red")
    assert statuses == [""]


def test_menu_items_carry_arguments_key_and_state(registry: CommandRegistry, workspace: Workspace) -> None:
    action = registry.application.registered_actions["paint:red"]
    registry.application.commands.execute_command("paint:red").result()
    assert workspace.recorder.steps == (Step("paint", {"color": "red"}),)
    binding = registry.application.keybindings.get_keybinding("paint:red")
    assert binding is not None
    assert str(binding.keybinding) == "Ctrl+P"
    assert [item.command.title for item in registry.application.menus.get_menu("Edit")] == ["Paint red"]
    assert action.toggled.get_current()  # type: ignore[union-attr]


def test_the_commands_that_scripts_rely_on_exist() -> None:
    assert set(RELIED_ON) <= {command.id for command in COMMANDS}


def test_no_two_commands_share_an_id_a_title_or_a_key() -> None:
    entries = [(command, entry) for command in COMMANDS for entry in command.entries]
    for values in (
        [command.id for command in COMMANDS],
        [entry.title for _, entry in entries],
        [entry.key for _, entry in entries if entry.key],
        [command.id + entry.suffix for command, entry in entries],
    ):
        assert len(values) == len(set(values))


def test_every_entry_fits_its_command() -> None:
    registry = CommandRegistry(SimpleNamespace(session=None, jobs=None), COMMANDS)  # type: ignore[arg-type]
    try:
        entries = list(registry.entries())
        assert {command.id for command, _ in entries} >= {"edit.undo", "layer.toggle", "optimize.start"}
        for command, entry in entries:
            arguments = registry.describe(command.id)
            if command.ask is None:
                arguments.check(entry.args)
            else:  # a person is asked for the rest
                assert entry.args.keys() <= {parameter.name for parameter in arguments.parameters}
    finally:
        registry.close()


def test_a_bad_choice_is_answered_with_the_choices(registry: CommandRegistry) -> None:
    with pytest.raises(SettingsError, match='"red" or "green"'):
        registry.execute("paint", {"color": "blue"})
