"""Runs: what made a set of optimised bodies, and how far it is."""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import ProjectError
from core.project.block_bodies import BlockRecord, Layout, keep_block, read_blocks_done
from core.project.bodies import COLUMNS, BodyStore, pack_bodies, unpack_bodies
from core.project.database import Database
from core.project.journal import now
from core.types import BodyParameters

#: The states that a run goes through.
STATES = ("new", "running", "paused", "failed", "done")

_COLUMNS = (
    "name, state, progress, settings, shares_bodies, details, provenance, created, updated, layout, round"
)


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
        layout: where its bodies lie in blocks (:mod:`core.project.block_bodies`), or None.
        round: whose bodies are read, of a run in blocks.
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
    layout: str | None = None
    round: int = 0


class RunTable:
    """The runs of one project.

    Methods raise ProjectError where the run that is named is not there, or has no blocks to ask for.

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
        """One run."""
        return _read_run(self._database.connection, name)

    def create(
        self,
        run: RunRecord,
        *,
        frames: int,
        overwrite: bool,
        blocks: Sequence[NDArray[np.intp]] | None = None,
    ) -> RunRecord:
        """Start a run with ``frames`` bodies, all absent so far; ``overwrite`` forgets one of its name.

        Args:
            run: the record.
            frames: of the project.
            overwrite: forget a run of that name.
            blocks: rows of each block, where the bodies are to lie in blocks.

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
            connection.execute("DELETE FROM blocks WHERE run = ?", (run.name,))
        if blocks is None:
            self._bodies.add_empty(run.name, frames)
        else:
            run = replace(run, layout=uuid.uuid4().hex[:12])
            layout = _find_layout(run)
            self._bodies.add_blocks(layout, blocks, frames)
            self._bodies.remove(run.name, but=layout)
        with self._database.transaction() as connection:
            _write_run(connection, run)
        return run

    def start_round(self, run: RunRecord, number: int) -> None:
        """Make room for the bodies of another round of a run in blocks."""
        self._bodies.blocks.add_round(_find_layout(run), number, COLUMNS)

    def show_round(self, name: str, number: int) -> RunRecord:
        """Let readers see a round that is done, and forget the one before."""
        with self._database.transaction() as connection:
            run = replace(_read_run(connection, name), round=number, updated=now())
            _write_run(connection, run)
        self.forget_round(run, number - 1)
        return run

    def forget_round(self, run: RunRecord, number: int) -> None:
        """Remove the bodies of a round that readers do not see; they may be gone already."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM blocks WHERE run = ? AND round = ?", (run.name, number))
        self._bodies.blocks.remove_round(_find_layout(run), number)

    def keep_block(self, name: str, block: BlockRecord, *, progress: float) -> None:
        """Say that a block of a run is done, and how far the run is; on disk when this returns."""
        with self._database.transaction() as connection:
            keep_block(connection, name, block)
            connection.execute(
                "UPDATE runs SET progress = ?, updated = ? WHERE name = ?", (progress, now(), name)
            )

    def read_blocks(self, name: str, round_number: int) -> list[BlockRecord]:
        """The blocks of one round of a run that are done, by number."""
        return read_blocks_done(self._database.connection, name, round_number)

    def read_block_bodies(self, run: RunRecord, round_number: int, number: int) -> BodyParameters:
        """Bodies of a block as its worker left them, camera frame, in the block's order, done or not."""
        return unpack_bodies(self._bodies.blocks.read_block(_find_layout(run), round_number, number))

    def read_block_rows(self, run: RunRecord, number: int) -> NDArray[np.intp]:
        """(n,) rows of a block, in its order."""
        return self._bodies.blocks.read_rows(_find_layout(run), number)

    def list_block_rows(self, run: RunRecord) -> list[NDArray[np.intp]]:
        """(n,) rows of every block, each in its order."""
        return self._bodies.blocks.list_rows(_find_layout(run))

    def write_block_bodies(
        self, run: RunRecord, round_number: int, number: int, bodies: BodyParameters
    ) -> None:
        """Keep a block's bodies, camera frame, NaN where there is none; any process may, in other blocks."""
        self._bodies.blocks.write_block(_find_layout(run), round_number, number, pack_bodies(bodies))

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


def _find_layout(run: RunRecord) -> Layout:
    if run.layout is None:
        raise ProjectError(f"run {run.name} is not in blocks")
    return Layout(run.name, run.layout, run.round)


def _read_runs(connection: sqlite3.Connection) -> list[RunRecord]:
    rows = connection.execute(f"SELECT {_COLUMNS} FROM runs ORDER BY created, name")
    return [
        RunRecord(
            *(name, state, progress, json.loads(settings), bool(shares_bodies)),
            *(json.loads(details), json.loads(provenance), *rest),
        )
        for name, state, progress, settings, shares_bodies, details, provenance, *rest in rows
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
        f"INSERT OR REPLACE INTO runs ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(run.name, run.state, run.progress, json.dumps(run.settings), run.shares_bodies),
            *(json.dumps(run.details), json.dumps(run.provenance), run.created, run.updated),
            *(run.layout, run.round),
        ),
    )
