"""Commands about the errors of the whole project: which are tabulated, and the frames behind them."""

from __future__ import annotations

from typing import Annotated, Any, get_args

from msgspec import Meta

from app.commands.command import Command, Entry, Workspace
from app.session.survey import Grouping, Unit, name_group
from core.errors import SettingsError


def show_errors(
    workspace: Workspace,
    *,
    by: Grouping | None = None,
    regressor: str | None = None,
    minus: str | None = None,
    unit: Unit | None = None,
) -> None:
    """Tabulate mean errors of every joint by subject, action, camera or sequence, or a difference of two."""
    session = workspace.session
    for name in (regressor, minus):
        if name is not None and name not in session.regressors:
            raise SettingsError(f"no regressor is called {name!r}; there are {', '.join(session.regressors)}")
    session.errors.show(by=by, regressor=regressor or "", minus=minus, unit=unit)


def count_flagged(workspace: Workspace, *, counted: bool | None = None) -> None:
    """Let flagged labels count in the table of errors, or leave them out; without ``counted``, change it."""
    session = workspace.session
    counted = not session.errors.with_flagged if counted is None else counted
    session.errors.count_flagged(counted)
    session.set_status(f"Flagged labels {'count' if counted else 'are left out'} in the table of errors")


def go_to_error(
    workspace: Workspace,
    *,
    joint: str,
    group: str | None = None,
    regressor: str | None = None,
    rank: Annotated[int, Meta(ge=0)] = 0,
) -> None:
    """Go to the frame with a joint's largest error in a group; with a rank, to the next shot's largest."""
    session = workspace.session
    name = regressor or session.compared_regressor
    group = group or name_group(session.project.keys.shot_of(session.row), session.errors.by)
    index = session.project.joint_set.index(joint)
    row = session.errors.find_frame(name, group, index, rank)
    session.set_playing(False)
    session.go_to(row)
    session.select_joint(index)
    session.appearance.toggle_layer(name, shown=True)
    session.set_status(f"{joint} of {group}: largest error of {name} in {session.key.sequence}")


def _take_selected(workspace: Workspace, given: dict[str, Any]) -> dict[str, Any] | None:
    session = workspace.session
    if session.selection is None:
        raise SettingsError("select a joint first: click it in the picture")
    return {**given, "joint": session.project.joint_set.names[session.selection]}


COMMANDS = (
    Command(
        "errors.show",
        show_errors,
        tuple(Entry(f"Errors by {by}", {"by": by}, menu="Regressors") for by in get_args(Grouping)),
    ),
    Command(
        "errors.flagged",
        count_flagged,
        (
            Entry(
                "Count flagged labels in the errors",
                menu="Regressors",
                checked=lambda session: session.errors.with_flagged,
            ),
        ),
    ),
    Command(
        "errors.go",
        go_to_error,
        (Entry("Largest error of the selected joint", key="E", menu="Regressors"),),
        ask=_take_selected,
    ),
)
