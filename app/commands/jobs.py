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


def show_result(workspace: Workspace, *, job: int) -> None:
    """Show the table that a job made."""
    workspace.session.show_evaluation(job)


def save_table(workspace: Workspace, *, path: str) -> None:
    """Write the table of errors that is looked at: CSV with every figure, or LaTeX as papers print it."""
    session = workspace.session
    if session.evaluation is None:
        raise SettingsError("there is no table of errors yet; evaluate all estimators first")
    table, kind = session.evaluations[session.evaluation], Path(path).suffix
    if kind not in (".csv", ".tex"):
        raise SettingsError(f"{path}: tables are written as .csv or .tex")
    try:
        Path(path).write_text(table.csv if kind == ".csv" else table.latex, encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{path}: the table cannot be written: {error.strerror}") from error
    session.set_status(f"Table written to {path}")


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


def _ask_table(workspace: Workspace, given: dict[str, Any]) -> dict[str, Any] | None:
    kinds = "Tables (*.csv);;LaTeX (*.tex)"
    path = workspace.require_desk().ask_file_to_write("Save the table", "table_1.csv", kinds)
    return None if path is None else {**given, "path": str(path)}


COMMANDS = (
    Command("job.cancel", cancel_job),
    Command("job.show", show_result, recorded=False),
    Command("table.save", save_table, ask=_ask_table),
    Command(
        "script.save",
        save_script,
        (Entry("Save what was done as a script…", key="Ctrl+Shift+S", icon="save", menu="File"),),
        ask=_ask_script,
        recorded=False,
    ),
)
