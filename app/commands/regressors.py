"""Commands that show, paint, refit and accept joint regressors."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

from app.commands.command import Command, Entry, Workspace
from core.errors import SettingsError
from core.project.acceptance import accept_regressor, withdraw_acceptance


def show_regressor(workspace: Workspace, *, name: str, shown: bool = True) -> None:
    """Show a regressor's joints, or hide them."""
    session = workspace.session
    if name not in session.regressors:
        raise SettingsError(f"no regressor is called {name!r}; there are {', '.join(session.regressors)}")
    session.appearance.toggle_layer(name, shown=shown)


def paint_regressor(
    workspace: Workspace,
    *,
    name: str | None = None,
    joint: str | None = None,
    minus: str | None = None,
    toggle: bool = False,
) -> None:
    """Colour the mesh by a regressor's weights of one joint, less another one's; without a name, by none.

    ``toggle``: where none are painted, those of the compared regressor and the selected joint.
    """
    session = workspace.session
    if name is None and toggle and session.paint is None:
        minus = session.errors.minus
        session.paint_regressor(session.compared_regressor, session.selection or 0, minus=minus)
    elif name is None:
        session.paint_regressor(None)
    elif joint is None:
        raise SettingsError("regressor.paint: name the joint whose weights are to be painted")
    else:
        session.paint_regressor(name, session.project.joint_set.index(joint), minus=minus)


def refit_regressor(
    workspace: Workspace, *, source: str = "initial", name: str = "J_spin", compare: bool = True
) -> None:
    """Fit a regressor anew to bodies and the labels that are not flagged, in the background.

    With ``compare`` it tells what leaving the flagged labels out did.
    """
    session = workspace.session
    workspace.jobs.refit(session.project.find_source(source), name, compare=compare)


def accept_version(
    workspace: Workspace, *, name: str, version: Annotated[int, Meta(ge=1)] | None = None
) -> None:
    """Have a regressor's name mean one version from now on, its newest without ``version``."""
    accepted = accept_regressor(workspace.session.project, name, version)
    _show_accepted(workspace, name)
    workspace.session.set_status(_capitalise(describe_acceptance(name, accepted)))


def withdraw_version(workspace: Workspace, *, name: str) -> None:
    """Have a regressor's name mean its newest version again, whatever was accepted."""
    withdraw_acceptance(workspace.session.project, name)
    _show_accepted(workspace, name)
    workspace.session.set_status(_capitalise(describe_acceptance(name, None)))


def describe_acceptance(name: str, version: int | None) -> str:
    """A decision about a regressor in words."""
    return f"accepted {name} v{version}" if version else f"let {name} be its newest version"


def _show_accepted(workspace: Workspace, name: str) -> None:
    workspace.session.refresh_edits()
    workspace.session.appearance.toggle_layer(name, shown=True)


def _capitalise(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:]


def _ask_shown(workspace: Workspace, given: dict[str, Any]) -> dict[str, Any] | None:
    """A regressor that a person names, to be shown, or hidden where it is shown already."""
    session = workspace.session
    prompt = f"Name: {', '.join(session.regressors)}"
    name = workspace.require_desk().ask_text("Show or hide a regressor", prompt, session.compared_regressor)
    if not name:
        return None
    return {"shown": name not in session.appearance.layers, **given, "name": name}


def _resolve_refit(_workspace: Workspace, given: dict[str, Any]) -> dict[str, Any]:
    return {"source": "initial", "name": "J_spin", **given}


def _resolve_version(workspace: Workspace, given: dict[str, Any]) -> dict[str, Any]:
    """The newest version, where none is named."""
    versions = workspace.session.versions.get(given["name"], ())
    return given if given.get("version") or not versions else {**given, "version": versions[-1].version}


def _ask_regressor(workspace: Workspace, given: dict[str, Any]) -> dict[str, Any] | None:
    """The regressor that the tables compare with, unless a person names another."""
    desk = workspace.require_desk()
    name = desk.ask_text("Accept a regressor", "Name", workspace.session.compared_regressor)
    return {**given, "name": name} if name else None


COMMANDS = (
    Command(
        "regressor.show",
        show_regressor,
        (Entry("Show or hide a regressor…", key="G", icon="eye", menu="Regressors"),),
        ask=_ask_shown,
    ),
    Command(
        "regressor.paint",
        paint_regressor,
        (
            Entry(
                "Paint the selected joint's weights, or none",
                {"toggle": True},
                "Q",
                icon="paint",
                menu="Regressors",
            ),
            Entry("Hide the painted weights", menu="Regressors"),
        ),
    ),
    Command(
        "regressor.refit",
        refit_regressor,
        (Entry("Refit J_spin from the initial bodies", key="F5", icon="refit", menu="Regressors"),),
        resolve=_resolve_refit,
    ),
    Command(
        "regressor.accept",
        accept_version,
        (Entry("Accept the newest version of…", key="Shift+F5", icon="done", menu="Regressors"),),
        ask=_ask_regressor,
        resolve=_resolve_version,
    ),
    Command("regressor.withdraw", withdraw_version),
)
