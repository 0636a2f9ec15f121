"""Commands that show, paint and refit joint regressors."""

from __future__ import annotations

from app.commands.command import Command, Entry, Workspace
from core.errors import SettingsError


def show_regressor(workspace: Workspace, *, name: str, shown: bool = True) -> None:
    """Show a regressor's joints, or hide them."""
    session = workspace.session
    if name not in session.regressors:
        raise SettingsError(f"no regressor is called {name!r}; there are {', '.join(session.regressors)}")
    session.appearance.toggle_layer(name, shown=shown)


def paint_regressor(
    workspace: Workspace, *, name: str | None = None, joint: str | None = None, minus: str | None = None
) -> None:
    """Colour the mesh by a regressor's weights of one joint, less another one's; without a name, by none."""
    session = workspace.session
    if name is None:
        session.paint_regressor(None)
    elif joint is None:
        raise SettingsError("regressor.paint: name the joint whose weights are to be painted")
    else:
        session.paint_regressor(name, session.project.joint_set.index(joint), minus=minus)


def refit_regressor(workspace: Workspace, *, source: str = "initial", name: str = "J_spin") -> None:
    """Fit a regressor anew to bodies and the labels that are not flagged, in the background."""
    session = workspace.session
    workspace.jobs.refit(session.project.find_source(source), name)


COMMANDS = (
    Command("regressor.show", show_regressor),
    Command(
        "regressor.paint",
        paint_regressor,
        (Entry("Paint no weights", menu="Regressors"),),
    ),
    Command(
        "regressor.refit",
        refit_regressor,
        (Entry("Refit J_spin from the initial bodies", key="F5", icon="refit", menu="Regressors"),),
    ),
)
