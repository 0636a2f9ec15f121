"""What a command is: a function with an id, and where people find it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from app.commands.desk import Desk
from app.commands.recorder import Recorder
from app.jobs.jobs import Jobs
from app.session.session import Session
from core.errors import SettingsError

if TYPE_CHECKING:
    from app.commands.keymap import KeyMap


#: What a command gives back that found nothing to do.
NOTHING_DONE = object()


@dataclass
class Workspace:
    """What commands act on.

    Attributes:
        session: what the window shows.
        jobs: what runs beside it.
        desk: the window; None without one.
        keys: which key runs which entry.
        recorder: keeps the commands that have succeeded since the window opened.
    """

    session: Session
    jobs: Jobs
    desk: Desk | None = None
    keys: KeyMap | None = None
    recorder: Recorder = field(init=False)

    def __post_init__(self) -> None:
        self.recorder = Recorder(self.session, self.jobs)

    def require_desk(self) -> Desk:
        """The window; a SettingsError where there is none."""
        if self.desk is None:
            raise SettingsError("this command asks a person, and there is no window to ask in")
        return self.desk


@dataclass(frozen=True)
class Entry:
    """One way to invoke a command: a menu item, a button, a key, a line of the palette.

    Attributes:
        title: what a person reads.
        args: the command's arguments.
        key: such as ``Ctrl+Z``, or empty.
        icon: name in :mod:`app.theme.icons`, or empty.
        menu: title of the menu that it stands in, or empty.
        tool_bar: whether it is a button as well.
        checked: whether what it toggles is on; None where it toggles nothing.
    """

    title: str
    args: dict[str, Any] = field(default_factory=dict)
    key: str = ""
    icon: str = ""
    menu: str = ""
    tool_bar: bool = False
    checked: Callable[[Session], bool] | None = None

    @property
    def suffix(self) -> str:
        """What tells this entry from the command's others."""
        return "".join(f":{value}" for value in self.args.values())


@dataclass(frozen=True)
class Command:
    """An action by its id.

    Attributes:
        id: what scripts call it; stable.
        function: takes the workspace, and the command's arguments as typed keyword-only parameters.
        entries: how it is offered; a command without entries is for scripts and for views that fill in its
            arguments.
        ask: gets from a person what is missing of the arguments; gives None if they changed their mind.
        asked: arguments that a person is asked for though a script may leave them out.
        resolve: the arguments with what they leave open told as it stands now, so that a script of the
            session does the same later; :data:`NOTHING_DONE` as a function's result keeps it out of that.
        dragged: argument that a drag changes many times over; a script holds the last value.
        recorded: whether a script of the session holds it; what opens a dialog is not.
    """

    id: str
    function: Callable[..., Any]
    entries: tuple[Entry, ...] = ()
    ask: Callable[[Workspace, dict[str, Any]], dict[str, Any] | None] | None = None
    asked: tuple[str, ...] = ()
    resolve: Callable[[Workspace, dict[str, Any]], dict[str, Any]] | None = None
    dragged: str = ""
    recorded: bool = True

    @property
    def title(self) -> str:
        """First line of the function's docstring, without its full stop."""
        return (self.function.__doc__ or self.id).strip().splitlines()[0].rstrip(".")
