"""Bodies of a run that is optimised in blocks, so that many workers write at once and none waits.

A block is a fixed list of rows. Below ``bodies/<run>/<layout>`` lie ``rows`` (B, n) int32, the rows of each
block, -1 behind the last; ``positions`` (N,) int32, the position of each row in those, -1 for rows that the
run leaves out; ``round-<n>`` (B n, 85), the bodies after each of the rounds that are kept, a chunk of which
holds one block and nothing else. Runs started by older versions have ``rows`` (B n,), a chunk a block.

Which blocks are there is told by the table ``blocks`` of the index, which the process that steers the run
writes: a block whose worker died is not there, whatever lies in its chunk. ``runs.round`` is the round that
readers see.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.project.arrays import ArrayStore
from core.project.database import Database
from core.types import BoolArray

#: Blocks up to which each is looked up by itself.
_FEW = 64
#: Numbers in one chunk of what is written once and never changed: a file a block would take long to make.
_CHUNK_NUMBERS = 65_536


@dataclass(frozen=True)
class BlockRecord:
    """One block of one round that is done.

    Attributes:
        round, number: which; blocks count from 0 in every round.
        attempts: how many workers tried.
        seconds: that the last of them took.
        worker: where: host and process.
        found: what came to light, JSON values; under ``absent`` the places in the block without a body.
        finished: UTC, ISO 8601.
    """

    round: int
    number: int
    attempts: int
    seconds: float
    worker: str
    found: dict[str, Any]
    finished: str


@dataclass(frozen=True)
class Layout:
    """Where the bodies of one run lie.

    Attributes:
        run: its name.
        token: unique among all runs that ever had that name.
        round: that readers see.
    """

    run: str
    token: str
    round: int

    @property
    def folder(self) -> str:
        """Name of the arrays' group."""
        return f"bodies/{self.run}/{self.token}"


class BlockBodies:
    """The bodies of runs that are optimised in blocks.

    Args:
        arrays: where they are kept.
        database: that knows which are done.
    """

    def __init__(self, arrays: ArrayStore, database: Database) -> None:
        self._arrays = arrays
        self._database = database

    def find_layout(self, source: str) -> Layout | None:
        """Where a source's bodies lie; None unless it is a run in blocks."""
        found = self._database.connection.execute(
            "SELECT layout, round FROM runs WHERE name = ?", (source,)
        ).fetchone()
        return None if found is None or found[0] is None else Layout(source, *found)

    def add(self, layout: Layout, blocks: Sequence[NDArray[np.intp]], count: int, columns: int) -> None:
        """Make room for a run's blocks, of the project's ``count`` rows."""
        size = max(len(block) for block in blocks)
        rows = np.full((len(blocks), size), -1, np.int32)
        positions = np.full(count, -1, np.int32)
        for number, block in enumerate(blocks):
            rows[number, : len(block)] = block
            positions[block] = np.arange(number * size, number * size + len(block))
        self._arrays.add(f"{layout.folder}/rows", rows, chunk_rows=max(1, _CHUNK_NUMBERS // size))
        self._arrays.add(f"{layout.folder}/positions", positions, chunk_rows=_CHUNK_NUMBERS)
        self.add_round(layout, 0, columns)

    def add_round(self, layout: Layout, number: int, columns: int) -> None:
        """Make room for the bodies of another round, unless there is."""
        name = f"{layout.folder}/round-{number}"
        if not self._arrays.has(name):
            count, size = self._measure(layout)
            self._arrays.add_empty(name, (count * size, columns), np.float32, np.nan, chunk_rows=size)

    def remove_round(self, layout: Layout, number: int) -> None:
        """Remove the bodies of a round; it may be gone already."""
        self._arrays.remove(f"{layout.folder}/round-{number}")

    def read_rows(self, layout: Layout, number: int) -> NDArray[np.intp]:
        """Rows of a block, in its order."""
        _, size = self._measure(layout)
        name = f"{layout.folder}/rows"
        in_old_form = len(self._arrays.read_shape(name)) == 1
        asked = np.arange(number * size, (number + 1) * size) if in_old_form else np.array([number])
        rows = self._arrays.read(name, asked).ravel()
        return rows[rows >= 0].astype(np.intp)

    def list_rows(self, layout: Layout) -> list[NDArray[np.intp]]:
        """Rows of every block, each in its order."""
        table = self._arrays.read(f"{layout.folder}/rows").reshape(self._measure(layout))
        return [rows[rows >= 0].astype(np.intp) for rows in table]

    def read_block(self, layout: Layout, round_number: int, number: int) -> NDArray[np.float32]:
        """Bodies of a block as its worker left them, (n, 85), NaN where there is none."""
        packed = self._arrays.read_chunk(f"{layout.folder}/round-{round_number}", number)
        return packed[: len(self.read_rows(layout, number))]

    def write_block(
        self, layout: Layout, round_number: int, number: int, packed: NDArray[np.float32]
    ) -> None:
        """Keep the bodies of a block, (n, 85), NaN where there is none; on disk when this returns."""
        name = f"{layout.folder}/round-{round_number}"
        whole = np.full((self._arrays.count_chunk_rows(name), packed.shape[1]), np.nan, np.float32)
        whole[: len(packed)] = packed
        self._arrays.write_chunk(name, number, whole)

    def read(self, layout: Layout, rows: NDArray[np.intp], columns: int) -> NDArray[np.float32]:
        """Bodies of some rows in the round that readers see, (n, 85), NaN where there is none."""
        rows = np.asarray(rows)
        positions = self._arrays.read(f"{layout.folder}/positions", rows)
        there = self._find_done(layout, positions)
        packed = np.full((len(rows), columns), np.nan, np.float32)
        packed[there] = self._arrays.read(f"{layout.folder}/round-{layout.round}", positions[there])
        return packed

    def read_presence(self, layout: Layout, rows: NDArray[np.intp] | None) -> BoolArray:
        """For which of some rows, or of all, there is a body in the round that readers see, (n,)."""
        positions = self._arrays.read(f"{layout.folder}/positions", rows)
        present = self._find_done(layout, positions)
        absent = self._list_absent(layout)
        return present & ~np.isin(positions, absent) if len(absent) else present

    def _measure(self, layout: Layout) -> tuple[int, int]:
        """How many blocks there are, and for how many rows each has room."""
        name = f"{layout.folder}/rows"
        shape = self._arrays.read_shape(name)
        if len(shape) == 2:
            return shape[0], shape[1]
        size = self._arrays.count_chunk_rows(name)
        return shape[0] // size, size

    def _find_done(self, layout: Layout, positions: NDArray[np.int32]) -> BoolArray:
        """Which positions lie in blocks that are done."""
        _, size = self._measure(layout)
        numbers = np.where(positions >= 0, positions // size, -1)
        asked = np.unique(numbers)
        query = "SELECT number FROM blocks WHERE run = ? AND round = ?"
        values: list[Any] = [layout.run, layout.round]
        if len(asked) <= _FEW:
            query += f" AND number IN ({', '.join('?' * len(asked))})"
            values += asked.tolist()
        done = [number for (number,) in self._database.connection.execute(query, values)]
        return np.isin(numbers, done)

    def _list_absent(self, layout: Layout) -> NDArray[np.int64]:
        """Positions in blocks that are done but without a body."""
        _, size = self._measure(layout)
        found = self._database.connection.execute(
            "SELECT number, found FROM blocks WHERE run = ? AND round = ? AND found LIKE '%\"absent\"%'",
            (layout.run, layout.round),
        )
        places = [number * size + place for number, text in found for place in json.loads(text)["absent"]]
        return np.array(places, np.int64)


def keep_block(connection: sqlite3.Connection, run: str, block: BlockRecord) -> None:
    """Say that a block is done, within a transaction."""
    connection.execute(
        "INSERT OR REPLACE INTO blocks VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(run, block.round, block.number, block.attempts, round(block.seconds, 3), block.worker),
            *(json.dumps(block.found), block.finished),
        ),
    )


def read_blocks_done(connection: sqlite3.Connection, run: str, round_number: int) -> list[BlockRecord]:
    """The blocks of one round that are done, by number."""
    rows = connection.execute(
        "SELECT round, number, attempts, seconds, worker, found, finished FROM blocks"
        " WHERE run = ? AND round = ? ORDER BY number",
        (run, round_number),
    )
    return [
        BlockRecord(number, block, attempts, seconds, worker, json.loads(found), finished)
        for number, block, attempts, seconds, worker, found, finished in rows
    ]
