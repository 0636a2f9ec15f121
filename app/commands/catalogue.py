"""The commands of a window, in the order in which menus show them."""

from __future__ import annotations

from app.commands import (
    appearance,
    edits,
    errors,
    findings,
    frames,
    jobs,
    labels,
    optimisation,
    regressors,
    terms,
    variants,
    wait,
)
from app.commands.command import Command

COMMANDS: tuple[Command, ...] = (
    *edits.COMMANDS,
    *frames.COMMANDS,
    *appearance.COMMANDS,
    *optimisation.COMMANDS,
    *variants.COMMANDS,
    *terms.COMMANDS,
    *regressors.COMMANDS,
    *errors.COMMANDS,
    *labels.COMMANDS,
    *findings.COMMANDS,
    *jobs.COMMANDS,
    *wait.COMMANDS,
)
