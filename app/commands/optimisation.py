"""Commands that steer the live run."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta

from app.commands.arguments import read_number
from app.commands.command import Command, Entry, Workspace
from core.errors import SettingsError

Count = Annotated[int, Meta(ge=1)]
Number = Annotated[int, Meta(ge=0)]


def start_optimisation(workspace: Workspace, *, variants: Literal["active", "all"] = "active") -> None:
    """Optimise the shown frame's body, on from the shown iteration; the active variant alone, or all."""
    workspace.jobs.live.start(every=variants == "all")


def pause_optimisation(workspace: Workspace) -> None:
    """Stop the live run before its next step."""
    workspace.jobs.live.pause()


def step_optimisation(workspace: Workspace, *, n: Count = 1) -> None:
    """Do some steps on the shown frame's body, on from the shown iteration, then pause."""
    workspace.jobs.live.step(n)


def reset_optimisation(workspace: Workspace) -> None:
    """Go back to the body that the live run started from, in one variant."""
    workspace.jobs.live.reset()


def go_to_iteration(workspace: Workspace, *, n: Number) -> None:
    """Show the body of an earlier iteration of the live run."""
    workspace.jobs.live.go_to_iteration(n)


def go_to_next_iteration(workspace: Workspace) -> None:
    """Show the next iteration of the live run."""
    _move(workspace, 1)


def go_to_previous_iteration(workspace: Workspace) -> None:
    """Show the previous iteration of the live run."""
    _move(workspace, -1)


def _ask_iteration(workspace: Workspace, given: dict[str, Any]) -> dict[str, Any] | None:
    course = workspace.session.optimisation.course
    if course is None:
        raise SettingsError("there is no live run; run it first")
    prompt = f"Iteration, 0 to {course.iteration}"
    n = workspace.require_desk().ask_text("Go to an iteration", prompt, str(course.shown))
    return None if n is None else {**given, "n": int(read_number(n))}


def _move(workspace: Workspace, step: int) -> None:
    course = workspace.session.optimisation.course
    shown = min(max(course.shown + step, 0), course.iteration) if course else 0
    workspace.jobs.live.go_to_iteration(shown)


COMMANDS = (
    Command(
        "optimize.start",
        start_optimisation,
        (
            Entry("Run", key="R", icon="play", menu="Optimise", tool_bar=True),
            Entry("Run all variants", {"variants": "all"}, key="Shift+R", icon="play", menu="Optimise"),
        ),
    ),
    Command(
        "optimize.pause",
        pause_optimisation,
        (Entry("Pause", key="P", icon="pause", menu="Optimise", tool_bar=True),),
    ),
    Command(
        "optimize.step",
        step_optimisation,
        (
            Entry("Step", key="N", icon="step", menu="Optimise", tool_bar=True),
            Entry("Ten steps", {"n": 10}, menu="Optimise"),
        ),
    ),
    Command(
        "optimize.reset",
        reset_optimisation,
        (Entry("Reset", key="Ctrl+R", icon="reset", menu="Optimise", tool_bar=True),),
    ),
    Command(
        "iteration.go",
        go_to_iteration,
        (
            Entry("Go to an iteration…", key="Ctrl+Shift+G", menu="Optimise"),
            Entry("First iteration", {"n": 0}, "Shift+Home", menu="Optimise"),
        ),
        ask=_ask_iteration,
        dragged="n",
    ),
    Command(
        "iteration.previous",
        go_to_previous_iteration,
        (Entry("Previous iteration", key="Shift+Left", menu="Optimise"),),
    ),
    Command(
        "iteration.next",
        go_to_next_iteration,
        (Entry("Next iteration", key="Shift+Right", menu="Optimise"),),
    ),
)
