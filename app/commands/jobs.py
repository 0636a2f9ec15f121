"""Commands about work in the background, and about the work done so far."""

from __future__ import annotations

from pathlib import Path

import msgspec

from app.commands.command import Command, Workspace
from core.errors import SettingsError


def cancel_job(workspace: Workspace, *, job: int) -> None:
    """Stop a job in the background."""
    workspace.jobs.cancel(job)


def save_script(workspace: Workspace, *, path: str) -> None:
    """Write what was done since the window opened, as a script that can be replayed."""
    try:
        Path(path).write_bytes(msgspec.json.Encoder().encode_lines(workspace.steps))
    except OSError as error:
        raise SettingsError(f"{path}: the script cannot be written: {error.strerror}") from error
    workspace.session.set_status(f"{len(workspace.steps)} commands written to {path}")


COMMANDS = (Command("job.cancel", cancel_job), Command("script.save", save_script))
