"""The commands of a window, in the order in which menus show them."""

from __future__ import annotations

from app.commands import appearance, edits, findings, frames, jobs, labels, optimisation, regressors, wait
from app.commands.command import Command

COMMANDS: tuple[Command, ...] = (
    *edits.COMMANDS,
    *frames.COMMANDS,
    *appearance.COMMANDS,
    *optimisation.COMMANDS,
    *regressors.COMMANDS,
    *labels.COMMANDS,
    *findings.COMMANDS,
    *jobs.COMMANDS,
    *wait.COMMANDS,
)
