"""Commands about work in the background."""

from __future__ import annotations

from app.commands.command import Command, Workspace


def cancel_job(workspace: Workspace, *, job: int) -> None:
    """Stop a job in the background."""
    workspace.jobs.cancel(job)


COMMANDS = (Command("job.cancel", cancel_job),)
