"""Runs: what made a set of optimised bodies, and how far it is."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, replace
from typing import Any

from core.errors import ProjectError
from core.project.bodies import BodyStore
from core.project.database import Database
from core.project.journal import now

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


class RunTable:
    """The runs of one project.

    Args:
        database: the project's.
        bodies: where their bodies are kept.
    """

    def __init__(self, database: Database, bodies: BodyStore) -> None:
        self._database = database
        self._bodies = bodies

    def read_all(self) -> list[RunRecord]:
        """All runs, oldest first."""
        return _read_runs(self._database.connection)

    def read(self, name: str) -> RunRecord:
        """One run; ProjectError where there is none of that name."""
        return _read_run(self._database.connection, name)

    def create(self, run: RunRecord, *, frames: int, overwrite: bool) -> None:
        """Start a run with ``frames`` bodies, all absent so far; ``overwrite`` forgets one of its name.

        Raises:
            ProjectError: there is a run of that name, or the project cannot be written.
        """
        if not overwrite and run.name in [known.name for known in self.read_all()]:
            raise ProjectError(
                f"{run.name!r} is a run of the project already; resume it, or choose another name"
            )
        # The record goes first and comes last, so that it never stands beside another run's bodies.
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM runs WHERE name = ?", (run.name,))
        self._bodies.add_empty(run.name, frames)
        with self._database.transaction() as connection:
            _write_run(connection, run)

    def update(
        self, name: str, *, state: str | None, progress: float | None, details: dict[str, Any] | None
    ) -> RunRecord:
        """Change what is told of a run; None leaves it as it is, ``details`` are added to those there.

        Raises:
            ProjectError: there is no such run, or a value is impossible.
        """
        with self._database.transaction() as connection:
            run = _read_run(connection, name)
            run = replace(
                run,
                state=run.state if state is None else state,
                progress=run.progress if progress is None else float(progress),
                details={**run.details, **(details or {})},
                updated=now(),
            )
            _write_run(connection, run)
        return run


def _read_runs(connection: sqlite3.Connection) -> list[RunRecord]:
    rows = connection.execute(f"SELECT {_COLUMNS} FROM runs ORDER BY created, name")
    return [
        RunRecord(
            *(name, state, progress, json.loads(settings), bool(shares_bodies)),
            *(json.loads(details), json.loads(provenance), created, updated),
        )
        for name, state, progress, settings, shares_bodies, details, provenance, created, updated in rows
    ]


def _read_run(connection: sqlite3.Connection, name: str) -> RunRecord:
    known = {run.name: run for run in _read_runs(connection)}
    if name not in known:
        raise ProjectError(f"{name!r} is no run of the project; it has {', '.join(known) or 'none'}")
    return known[name]


def _write_run(connection: sqlite3.Connection, run: RunRecord) -> None:
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
