"""Runs: what made a set of optimised bodies, and how far it is."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from core.errors import ProjectError

#: The states that a run goes through.
STATES = ("new", "running", "paused", "failed", "done")

_COLUMNS = "name, state, progress, settings, shares_bodies, details, provenance, created, updated"


@dataclass(frozen=True)
class RunRecord:
    """One run.

    Attributes:
        name: e.g. ``paper``; its bodies are read by this name.
        state: one of :data:`STATES`.
        progress: share that is done, 0 to 1.
        settings: as the run was told, JSON values.
        shares_bodies: whether the views of one instant share one body.
        details: what the run found out and needs again, e.g. its balanced weights; JSON values.
        provenance: project, journal position and code version when it was made.
        created: UTC, ISO 8601.
        updated: likewise.
    """

    name: str
    state: str
    progress: float
    settings: dict[str, Any]
    shares_bodies: bool
    details: dict[str, Any]
    provenance: dict[str, Any]
    created: str
    updated: str


def read_runs(connection: sqlite3.Connection) -> list[RunRecord]:
    """All runs, oldest first."""
    rows = connection.execute(f"SELECT {_COLUMNS} FROM runs ORDER BY created, name")
    return [
        RunRecord(
            *(name, state, progress, json.loads(settings), bool(shares_bodies)),
            *(json.loads(details), json.loads(provenance), created, updated),
        )
        for name, state, progress, settings, shares_bodies, details, provenance, created, updated in rows
    ]


def read_run(connection: sqlite3.Connection, name: str) -> RunRecord:
    """One run.

    Raises:
        ProjectError: there is none of that name.
    """
    known = {run.name: run for run in read_runs(connection)}
    if name not in known:
        raise ProjectError(f"{name!r} is no run of the project; it has {', '.join(known) or 'none'}")
    return known[name]


def write_run(connection: sqlite3.Connection, run: RunRecord) -> None:
    """Insert a run, or replace the one of its name.

    Raises:
        ProjectError: its state is unknown, or its progress no share.
    """
    if run.state not in STATES:
        raise ProjectError(f"run {run.name}: {run.state!r} is no state; expected one of {', '.join(STATES)}")
    if not 0 <= run.progress <= 1:
        raise ProjectError(f"run {run.name}: progress {run.progress} is not between 0 and 1")
    connection.execute(
        f"INSERT OR REPLACE INTO runs ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(run.name, run.state, run.progress, json.dumps(run.settings), run.shares_bodies),
            *(json.dumps(run.details), json.dumps(run.provenance), run.created, run.updated),
        ),
    )
