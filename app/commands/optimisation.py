"""Commands that set the terms and steer the live run."""

from __future__ import annotations

import itertools
from typing import Annotated

from msgspec import Meta

from app.commands.command import Command, Entry, Workspace
from app.session.session import Session
from core.optimize.presets import PRESETS, get_preset

Count = Annotated[int, Meta(ge=1)]


def toggle_term(workspace: Workspace, *, term: str) -> None:
    """Switch a term of the energy on or off; a run takes it up at its next step."""
    session = workspace.session
    on = session.terms.terms[term].on if term in session.terms.terms else False
    session.set_terms(session.terms.with_term(term, on=not on))


def weigh_term(workspace: Workspace, *, term: str, weight: float) -> None:
    """Weight a term of the energy; a run takes it up at its next step."""
    session = workspace.session
    session.set_terms(session.terms.with_term(term, weight=weight))


def choose_preset(workspace: Workspace, *, preset: str) -> None:
    """Take the terms and step sizes of a preset."""
    workspace.session.set_terms(get_preset(preset))


def start_optimisation(workspace: Workspace) -> None:
    """Optimise the shown frame's body."""
    workspace.jobs.live.start()


def pause_optimisation(workspace: Workspace) -> None:
    """Stop the live run before its next step."""
    workspace.jobs.live.pause()


def step_optimisation(workspace: Workspace, *, n: Count = 1) -> None:
    """Do some steps on the shown frame's body, then pause."""
    workspace.jobs.live.step(n)


def reset_optimisation(workspace: Workspace) -> None:
    """Go back to the body that the live run started from."""
    workspace.jobs.live.reset()


def optimize_all(workspace: Workspace, *, run: str | None = None) -> None:
    """Optimise the training subjects' bodies with the terms as they are, in the background.

    A run that was interrupted goes on by its name; without one, a new run is started.
    """
    session = workspace.session
    known = {record.name for record in session.project.runs()}
    free = (f"run-{number}" for number in itertools.count(1))
    workspace.jobs.optimize(run or next(name for name in free if name not in known), session.terms)


def go_to_iteration(workspace: Workspace, *, n: Annotated[int, Meta(ge=0)]) -> None:
    """Show the body of an earlier iteration of the live run."""
    workspace.jobs.live.go_to_iteration(n)


def _term(title: str, term: str, key: str) -> Entry:
    def checked(session: Session) -> bool:
        return session.terms.terms[term].on

    return Entry(title, {"term": term}, key, menu="Optimise", checked=checked)


def _preset(name: str) -> Entry:
    return Entry(f"Preset {name}", {"preset": name}, menu="Optimise")


COMMANDS = (
    Command(
        "optimize.start",
        start_optimisation,
        (Entry("Run", key="R", icon="play", menu="Optimise", tool_bar=True),),
    ),
    Command(
        "optimize.pause",
        pause_optimisation,
        (Entry("Pause", key="P", icon="pause", menu="Optimise", tool_bar=True),),
    ),
    Command(
        "optimize.step",
        step_optimisation,
        (Entry("Step", key="N", icon="step", menu="Optimise", tool_bar=True),),
    ),
    Command(
        "optimize.reset",
        reset_optimisation,
        (Entry("Reset", key="Ctrl+R", icon="reset", menu="Optimise", tool_bar=True),),
    ),
    Command(
        "optimize.batch",
        optimize_all,
        (Entry("Optimise all training subjects", menu="Optimise"),),
    ),
    Command("iteration.go", go_to_iteration),
    Command(
        "term.toggle",
        toggle_term,
        (
            _term("Joints term", "joint", "Shift+J"),
            _term("Silhouette term", "silhouette", "Shift+S"),
            _term("Adversarial term", "adversarial", "Shift+A"),
        ),
    ),
    Command("term.weight", weigh_term),
    Command("terms.preset", choose_preset, tuple(_preset(name) for name in PRESETS)),
)
