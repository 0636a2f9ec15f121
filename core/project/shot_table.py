"""The table of shots: which sequence each camera saw, in the order of the rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from core.project.frame_index import Shot


def write_shot_table(connection: sqlite3.Connection, shots: Iterable[Shot]) -> None:
    """Insert shots."""
    connection.executemany(
        "INSERT INTO shots (position, subject, action, camera, frames) VALUES (?, ?, ?, ?, ?)",
        (
            (position, shot.subject, shot.action, shot.camera, shot.stop - shot.start)
            for position, shot in enumerate(shots)
        ),
    )


def read_shot_table(connection: sqlite3.Connection) -> list[Shot]:
    """All shots, in the order of the rows."""
    shots: list[Shot] = []
    rows = connection.execute("SELECT subject, action, camera, frames FROM shots ORDER BY position")
    for subject, action, camera, frames in rows:
        start = shots[-1].stop if shots else 0
        shots.append(Shot(subject, action, camera, start, start + frames))
    return shots
