"""All commands of a window, on app-model: one place that validates, runs and lists them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from app_model import Action, Application
from app_model.types import Icon, KeyBindingRule, MenuRule, ToggleRule

from app.commands.arguments import Arguments
from app.commands.command import NOTHING_DONE, Command, Entry, Workspace
from app.commands.keymap import KeyMap
from app.commands.recorder import Step
from app.session.changes import Change
from core.errors import JointlensError

_numbers = itertools.count()


class UnknownCommandError(JointlensError):
    """A script or a view names a command that does not exist."""


class CommandRegistry:
    """Runs commands by id.

    Attributes:
        application: app-model's menus, key bindings and actions; every entry of every command is one action.
        keys: which key runs which entry.
    """

    def __init__(self, workspace: Workspace, commands: Iterable[Command]) -> None:
        self._workspace = workspace
        self.application = Application(f"jointlens-{next(_numbers)}")
        self._commands = {command.id: command for command in commands}
        self._arguments = {
            command.id: Arguments(command.id, command.function) for command in self._commands.values()
        }
        self.keys = KeyMap(self.entries(), lambda: workspace.session.changed.emit(Change.KEYS))
        workspace.keys = self.keys
        self._order = itertools.count()
        for command in self._commands.values():
            for entry in command.entries:
                self.application.register_action(self._make_action(command, entry))

    @property
    def workspace(self) -> Workspace:
        """What the commands act on."""
        return self._workspace

    @property
    def commands(self) -> tuple[Command, ...]:
        """Every command."""
        return tuple(self._commands.values())

    def entries(self) -> Iterator[tuple[Command, Entry]]:
        """Every entry with its command, in the order in which menus show them."""
        for command in self._commands.values():
            for entry in command.entries:
                yield command, entry

    def describe(self, command: str) -> Arguments:
        """What arguments a command takes.

        Raises:
            UnknownCommandError: there is no such command.
        """
        if command not in self._commands:
            raise UnknownCommandError(f"{command!r} is no command; there are {', '.join(self._commands)}")
        return self._arguments[command]

    def execute(self, command: str, args: Mapping[str, Any] | None = None) -> Any:
        """Run a command, and give back what it returns.

        Raises:
            UnknownCommandError: there is no such command.
            JointlensError: an argument is wrong, or the command failed.
        """
        arguments, told = self.describe(command), dict(args or {})
        checked = arguments.check(told)
        found, recorder = self._commands[command], self._workspace.recorder
        if found.resolve is not None:
            told = found.resolve(self._workspace, told)
            checked = arguments.check(told)
        waits = recorder.find_waits(command)
        result = found.function(self._workspace, **checked)
        if found.recorded and result is not NOTHING_DONE:
            recorder.add(Step(command, told), waits, dragged=found.dragged)
        return result

    def invoke(self, command: str, **args: Any) -> None:
        """Run a command for a person: what is missing is asked, an error goes to the status line.

        What the status line said of the one before is over.
        """
        if self._workspace.session.status:
            self._workspace.session.set_status("")
        try:
            arguments: dict[str, Any] | None = args
            required = self.describe(command).required
            found = self._commands[command]
            missing = {*required, *found.asked} - args.keys()
            ask = found.ask
            if missing and ask is not None:
                arguments = ask(self._workspace, args)
            if arguments is not None:
                self.execute(command, arguments)
        except JointlensError as error:
            self._workspace.session.set_status(str(error))

    def close(self) -> None:
        """Give the application's name back."""
        Application.destroy(self.application.name)

    def _make_action(self, command: Command, entry: Entry) -> Action:
        checked = entry.checked
        session = self._workspace.session
        return Action(
            id=command.id + entry.suffix,
            title=entry.title,
            icon=Icon(light=entry.icon, dark=entry.icon) if entry.icon else None,
            callback=lambda: self.invoke(command.id, **entry.args),
            keybindings=[KeyBindingRule(primary=entry.key)] if entry.key else None,
            menus=[MenuRule(id=entry.menu, order=next(self._order))] if entry.menu else None,
            toggled=None if checked is None else ToggleRule(get_current=lambda: checked(session)),
        )
