"""Commands that choose the frame."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta

from app.commands.command import Command, Entry, Workspace
from app.session.session import Session
from core.errors import SettingsError
from core.project.flags import find_spans
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
    """Start or stop going through the sequence; at its end, from its beginning."""
    session = workspace.session
    shot = session.project.keys.shot_of(session.row)
    if not session.playing and session.row == shot.stop - 1:
        session.go_to(shot.start)
    session.set_playing(not session.playing)


def jump_frames(workspace: Workspace, *, n: int) -> None:
    """Go some frames on, or back, within the shown shot."""
    session = workspace.session
    shot = session.project.keys.shot_of(session.row)
    session.go_to(min(max(session.row + n, shot.start), shot.stop - 1))


def go_to_end(workspace: Workspace, *, end: Literal["first", "last"]) -> None:
    """Go to the first or the last frame of the shown shot."""
    session = workspace.session
    shot = session.project.keys.shot_of(session.row)
    session.go_to(shot.start if end == "first" else shot.stop - 1)


def go_to_next_camera(workspace: Workspace) -> None:
    """Go to the same instant in the next camera."""
    session = workspace.session
    rows = session.project.keys.rows_at(session.key.instant).tolist()
    session.go_to(rows[(rows.index(session.row) + 1) % len(rows)])


def go_to_next_flagged(workspace: Workspace, *, back: bool = False) -> None:
    """Go to the next frame with a flagged label in the shown camera, or back to the one before."""
    session = workspace.session
    keys, row, camera = session.project.keys, session.row, session.key.camera
    spans = [span for flag in session.visible_flags for span in find_spans(flag, keys, camera=camera)]
    if not spans:
        raise SettingsError(f"no label that camera {camera} saw is flagged")
    if back:
        before = [min(stop, row) - 1 for start, stop in spans if start < row]
        target = max(before) if before else max(stop - 1 for _, stop in spans)
    else:
        after = [max(start, row + 1) for start, stop in spans if row + 1 < stop]
        target = min(after) if after else min(start for start, _ in spans)
    session.set_playing(False)
    session.go_to(target)


def set_playback_rate(workspace: Workspace, *, rate: Annotated[float, Meta(gt=0, le=100)]) -> None:
    """Play so many frames a second; where loading is slower, some are left out."""
    workspace.session.set_playback_rate(rate)


def _ask_key(workspace: Workspace, given: dict[str, Any]) -> dict[str, Any] | None:
    key = workspace.require_desk().ask_text("Go to a frame", "Key", str(workspace.session.key))
    return None if key is None else {**given, "key": key}


def _rate(rate: int) -> Entry:
    def checked(session: Session) -> bool:
        return session.playback_rate == rate

    return Entry(f"Play {rate} frames a second", {"rate": float(rate)}, menu="Frame", checked=checked)


def _move(workspace: Workspace, step: int) -> None:
    session = workspace.session
    session.go_to(min(max(session.row + step, 0), len(session.project.keys) - 1))


COMMANDS = (
    Command(
        "frame.go",
        go_to_frame,
        (Entry("Go to a frame…", key="Ctrl+G", menu="Frame"),),
        ask=_ask_key,
        dragged="key",
    ),
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
    Command(
        "frame.jump",
        jump_frames,
        (
            Entry("Ten frames back", {"n": -10}, "Ctrl+Left", menu="Frame"),
            Entry("Ten frames on", {"n": 10}, "Ctrl+Right", menu="Frame"),
        ),
    ),
    Command(
        "frame.end",
        go_to_end,
        (
            Entry("First frame of the shot", {"end": "first"}, "Home", menu="Frame"),
            Entry("Last frame of the shot", {"end": "last"}, "End", menu="Frame"),
        ),
    ),
    Command(
        "camera.next", go_to_next_camera, (Entry("Next camera", key="Shift+C", icon="camera", menu="Frame"),)
    ),
    Command(
        "flagged.next",
        go_to_next_flagged,
        (
            Entry("Next flagged frame", key=".", menu="Frame"),
            Entry("Flagged frame before", {"back": True}, ",", menu="Frame"),
        ),
    ),
    Command("playback.rate", set_playback_rate, tuple(_rate(rate) for rate in (5, 10, 25, 50))),
    Command("bodies.show", show_bodies, (Entry("Initial bodies", {"source": "initial"}, menu="Frame"),)),
)
