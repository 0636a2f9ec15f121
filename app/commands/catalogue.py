"""The commands of a window, in the order in which menus show them."""

from __future__ import annotations

from app.commands import (
    appearance,
    audits,
    batch,
    command_lines,
    edits,
    errors,
    findings,
    frames,
    jobs,
    labels,
    optimisation,
    regressors,
    samples,
    split,
    subjects,
    terms,
    variants,
    vertices,
    wait,
    windows,
)
from app.commands.command import Command

COMMANDS: tuple[Command, ...] = (
    *windows.COMMANDS,
    *edits.COMMANDS,
    *frames.COMMANDS,
    *appearance.COMMANDS,
    *optimisation.COMMANDS,
    *batch.COMMANDS,
    *variants.COMMANDS,
    *terms.COMMANDS,
    *regressors.COMMANDS,
    *vertices.COMMANDS,
    *split.COMMANDS,
    *errors.COMMANDS,
    *labels.COMMANDS,
    *audits.COMMANDS,
    *findings.COMMANDS,
    *samples.COMMANDS,
    *subjects.COMMANDS,
    *jobs.COMMANDS,
    *command_lines.COMMANDS,
    *wait.COMMANDS,
    *windows.LEAVING,
)
