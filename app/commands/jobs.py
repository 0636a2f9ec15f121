"""Commands about work in the background, and about the work done so far."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from app.commands.command import Command, Entry, Workspace
from core.errors import SettingsError


def cancel_job(workspace: Workspace, *, job: int) -> None:
    """Stop a job in the background."""
    workspace.jobs.cancel(job)


def save_script(workspace: Workspace, *, path: str) -> None:
    """Write what was done since the window opened, as a script that can be replayed."""
    steps = workspace.recorder.steps
    try:
        Path(path).write_bytes(msgspec.json.Encoder().encode_lines(steps))
    except OSError as error:
        raise SettingsError(f"{path}: the script cannot be written: {error.strerror}") from error
    workspace.session.set_status(f"{len(steps)} commands written to {path}")


def _ask_script(workspace: Workspace, given: dict[str, Any]) -> dict[str, Any] | None:
    path = workspace.require_desk().ask_file_to_write(
        "Save as a script", "session.jsonl", "Scripts (*.jsonl)"
    )
    return None if path is None else {**given, "path": str(path)}


COMMANDS = (
    Command("job.cancel", cancel_job),
    Command(
        "script.save",
        save_script,
        (Entry("Save what was done as a script…", key="Ctrl+Shift+S", icon="save", menu="File"),),
        ask=_ask_script,
        recorded=False,
    ),
)
