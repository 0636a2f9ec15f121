"""Scripts: one JSON object a line, ``{"command": id, "args": {...}}``, replayed without blocking anybody.

A recorded session, a test and a bug report are the same file. Empty lines and lines that start with ``#`` are
passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec

from app.commands.recorder import Step
from app.commands.registry import CommandRegistry, UnknownCommandError
from app.commands.wait import Wait
from core.errors import JointlensError, SettingsError

Result = TypeVar("Result")


class ScriptError(JointlensError):
    """A script stopped.

    Attributes:
        unknown: whether at a line that is no command at all, rather than at one that failed.
    """

    def __init__(self, message: str, *, unknown: bool) -> None:
        super().__init__(message)
        self.unknown = unknown


@dataclass(frozen=True)
class Line:
    """A line with its place, for messages."""

    place: str
    text: str


def read_script(path: Path) -> list[Line]:
    """The lines of a script that hold commands.

    Raises:
        SettingsError: the file cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: this script cannot be read: {error}") from error
    return [
        Line(f"{path}:{number}", line)
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip() and not line.lstrip().startswith("#")
    ]


class Replay:
    """A script on its way; whoever owns the event loop calls :meth:`advance` until it says True."""

    def __init__(self, registry: CommandRegistry, lines: Sequence[Line]) -> None:
        self._registry = registry
        self._lines = lines
        self._position = 0
        self._wait: Wait | None = None

    def advance(self) -> bool:
        """Run the next command, or look whether what is waited for has come; True when the script is over.

        Raises:
            ScriptError: the script stops here; the message names its line.
        """
        if self._wait is not None:
            if self._attempt(self._wait.over):
                self._wait = None
        elif self._position < len(self._lines):
            self._position += 1  # before it runs: an error that nobody foresaw must not repeat it
            self._wait = self._attempt(self._run)
        return self._wait is None and self._position == len(self._lines)

    def _attempt(self, action: Callable[[], Result]) -> Result:
        place = self._lines[self._position - 1].place
        try:
            return action()
        except UnknownCommandError as error:
            raise ScriptError(f"{place}: {error}", unknown=True) from error
        except JointlensError as error:
            raise ScriptError(f"{place}: {error}", unknown=False) from error

    def _run(self) -> Wait | None:
        try:
            step = msgspec.json.decode(self._lines[self._position - 1].text, type=Step)
        except msgspec.DecodeError as error:
            raise SettingsError(f"this line is no command: {error}") from error
        result = self._registry.execute(step.command, step.args)
        return result if isinstance(result, Wait) else None
