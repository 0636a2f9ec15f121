"""Commands that go through a sample of frames without findings, which tells what the audit misses."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated

from msgspec import Meta

from app.commands.command import Command, Entry, Workspace
from core.errors import SettingsError
from core.project.reviews import Decision
from core.project.samples import draw_sample, review_frame
from core.types import parse_key

#: Frames of a sample: with none of them bad, the audit misses at most one frame in eight, at 95%.
SIZE = 30


def draw_frames(
    workspace: Workspace,
    *,
    count: Annotated[int, Meta(ge=1)] = SIZE,
    seed: Annotated[int, Meta(ge=0)] = 0,
) -> None:
    """Draw frames that nothing was found in, in place of the last sample, and go to the first."""
    session = workspace.session
    draw_sample(session.project, count, seed=seed)
    session.refresh_flags()
    go_to_next_sampled(workspace)


def go_to_next_sampled(workspace: Workspace) -> None:
    """Go to the next sampled frame that you have said nothing about."""
    session = workspace.session
    review = session.review
    key = review.sample.find_next(review.reviewer, after=str(session.key))
    session.set_playing(False)
    session.go_to(session.project.row(parse_key(key)))
    if workspace.desk is not None:
        workspace.desk.show_queue()
    session.set_status(f"Sampled frame {key}: is any of its labels bad?")


def call_frame_good(workspace: Workspace) -> None:
    """Say that all labels of the shown sampled frame are good."""
    _judge(workspace, "rejected", "good")


def call_frame_bad(workspace: Workspace) -> None:
    """Say that a label of the shown sampled frame is bad."""
    _judge(workspace, "accepted", "bad")


def _judge(workspace: Workspace, decision: Decision, word: str) -> None:
    session = workspace.session
    key = str(session.key)
    review_frame(session.project, key, decision, reviewer=session.review.reviewer)
    session.refresh_flags()
    with suppress(SettingsError):  # that was the last one
        go_to_next_sampled(workspace)
    session.set_status(f"{key} called {word}. {session.review.sample.missed.describe()}")


COMMANDS = (
    Command("sample.draw", draw_frames, (Entry("Draw a sample of frames without findings", menu="Review"),)),
    Command("sample.next", go_to_next_sampled, (Entry("Next sampled frame", key="Ctrl+J", menu="Review"),)),
    Command(
        "sample.good", call_frame_good, (Entry("Sampled frame is good", key="Ctrl+Shift+X", menu="Review"),)
    ),
    Command(
        "sample.bad", call_frame_bad, (Entry("Sampled frame is bad", key="Ctrl+Shift+A", menu="Review"),)
    ),
)
