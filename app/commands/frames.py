"""Commands that choose the frame."""

from __future__ import annotations

from app.commands.command import Command, Entry, Workspace
from core.types import parse_key


def go_to_frame(workspace: Workspace, *, key: str) -> None:
    """Go to a frame by its key, with or without the camera part."""
    project = workspace.session.project
    workspace.session.set_playing(False)
    workspace.session.go_to(project.row(parse_key(key)))


def go_to_next_frame(workspace: Workspace) -> None:
    """Go to the next frame."""
    _move(workspace, 1)


def go_to_previous_frame(workspace: Workspace) -> None:
    """Go to the previous frame."""
    _move(workspace, -1)


def show_bodies(workspace: Workspace, *, source: str) -> None:
    """Show the bodies of an estimator or a run, in place of the live run's."""
    workspace.session.show_bodies(source)
    workspace.jobs.live.drop()


def toggle_playback(workspace: Workspace) -> None:
    """Start or stop going through the sequence."""
    workspace.session.set_playing(not workspace.session.playing)


def _move(workspace: Workspace, step: int) -> None:
    session = workspace.session
    session.go_to(min(max(session.row + step, 0), len(session.project.keys) - 1))


COMMANDS = (
    Command("frame.go", go_to_frame),
    Command(
        "frame.previous",
        go_to_previous_frame,
        (Entry("Previous frame", key="Left", icon="previous", menu="Frame", tool_bar=True),),
    ),
    Command(
        "playback.toggle",
        toggle_playback,
        (
            Entry(
                "Play",
                key="Space",
                icon="play",
                menu="Frame",
                tool_bar=True,
                checked=lambda session: session.playing,
            ),
        ),
    ),
    Command(
        "frame.next",
        go_to_next_frame,
        (Entry("Next frame", key="Right", icon="next", menu="Frame", tool_bar=True),),
    ),
    Command("bodies.show", show_bodies, (Entry("Initial bodies", {"source": "initial"}, menu="Frame"),)),
)
