"""The journal: every edit that a person made, with its inverse, for ever.

An undo does not take an entry away: it is an entry of its own that refers to the one it undoes, and a redo
likewise. So undo works across restarts, and an exported number can name the position it was made at.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from core.errors import ProjectError
from core.project.database import Database
from core.version import code_version

UNDO, REDO = "undo", "redo"

#: Changes the database as an edit's payload tells.
Applier = Callable[[sqlite3.Connection, dict[str, Any]], None]


@dataclass(frozen=True)
class Edit:
    """What is changed: a kind that the journal knows, and JSON values."""

    kind: str
    payload: dict[str, Any]


@dataclass(frozen=True)
class Entry:
    """One entry of the journal.

    Attributes:
        position: counts from 1.
        edit: what was done; of an undo or redo, ``edit.kind`` is that and its payload is empty.
        inverse: what takes it back.
        refers_to: position of the entry that an undo takes back or a redo does again.
        created: UTC, ISO 8601.
        code_version: of the program that wrote it.
    """

    position: int
    edit: Edit
    inverse: Edit
    refers_to: int | None
    created: str
    code_version: str

    @property
    def kind(self) -> str:
        """Kind of the edit, ``undo`` or ``redo``."""
        return self.edit.kind


class Journal:
    """Edits of one project, in the order in which they were made.

    Args:
        database: where it is kept.
        appliers: how each kind of edit changes the other tables, in the same transaction.
    """

    def __init__(self, database: Database, appliers: Mapping[str, Applier]) -> None:
        self._database = database
        self._appliers = appliers

    @property
    def position(self) -> int:
        """Position of the last entry, 0 where there is none."""
        return read_position(self._database.connection)

    def entries(self) -> list[Entry]:
        """All entries, first to last."""
        rows = self._database.connection.execute("SELECT * FROM journal ORDER BY position")
        return [_make_entry(row) for row in rows]

    def append(self, kind: str, payload: dict[str, Any], inverse: Edit) -> Entry:
        """Make an edit, on disk when this returns; what was undone before can no longer be redone.

        Raises:
            ProjectError: the kind is unknown, the edit is impossible, or the project is read-only.
        """
        with self._database.transaction() as connection:
            return self.append_in(connection, kind, payload, inverse)

    def append_in(
        self, connection: sqlite3.Connection, kind: str, payload: dict[str, Any], inverse: Edit
    ) -> Entry:
        """As :meth:`append`, within a transaction that is open already."""
        self._apply(connection, Edit(kind, payload))
        return self._insert(connection, Edit(kind, payload), inverse, None)

    def undo(self) -> Entry | None:
        """Take back the last edit that stands; None where there is none. Gives the new entry."""
        return self._turn(UNDO)

    def redo(self) -> Entry | None:
        """Do the edit that was undone last again; None where there is none. Gives the new entry."""
        return self._turn(REDO)

    def _turn(self, kind: str) -> Entry | None:
        with self._database.transaction() as connection:
            standing, undone = _sort_edits(connection)
            candidates = standing if kind == UNDO else undone
            if not candidates:
                return None
            target = _make_entry(
                connection.execute("SELECT * FROM journal WHERE position = ?", (candidates[-1],)).fetchone()
            )
            self._apply(connection, target.inverse if kind == UNDO else target.edit)
            other = REDO if kind == UNDO else UNDO
            return self._insert(connection, Edit(kind, {}), Edit(other, {}), target.position)

    def _apply(self, connection: sqlite3.Connection, edit: Edit) -> None:
        if edit.kind not in self._appliers:
            raise ProjectError(f"{edit.kind!r} is no edit that this version knows; update Jointlens")
        self._appliers[edit.kind](connection, edit.payload)

    def _insert(
        self, connection: sqlite3.Connection, edit: Edit, inverse: Edit, refers_to: int | None
    ) -> Entry:
        created, version = now(), code_version()
        cursor = connection.execute(
            "INSERT INTO journal"
            " (kind, payload, inverse_kind, inverse_payload, refers_to, created, code_version)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                *(edit.kind, json.dumps(edit.payload), inverse.kind, json.dumps(inverse.payload)),
                *(refers_to, created, version),
            ),
        )
        assert cursor.lastrowid is not None
        return Entry(cursor.lastrowid, edit, inverse, refers_to, created, version)


def now() -> str:
    """The time, UTC, ISO 8601 to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def read_position(connection: sqlite3.Connection) -> int:
    """Position of the journal's last entry, 0 where there is none."""
    return int(connection.execute("SELECT COALESCE(MAX(position), 0) FROM journal").fetchone()[0])


def _sort_edits(connection: sqlite3.Connection) -> tuple[list[int], list[int]]:
    """Positions of the edits that stand and of those that can be redone, the next one last."""
    standing: list[int] = []
    undone: list[int] = []
    for position, kind, refers_to in connection.execute(
        "SELECT position, kind, refers_to FROM journal ORDER BY position"
    ):
        if kind == UNDO:
            standing.remove(refers_to)
            undone.append(refers_to)
        elif kind == REDO:
            undone.remove(refers_to)
            standing.append(refers_to)
        else:
            standing.append(position)
            undone.clear()
    return standing, undone


def _make_entry(row: tuple[Any, ...]) -> Entry:
    position, kind, payload, inverse_kind, inverse_payload, refers_to, created, version = row
    return Entry(
        position,
        Edit(kind, json.loads(payload)),
        Edit(inverse_kind, json.loads(inverse_payload)),
        refers_to,
        created,
        version,
    )
