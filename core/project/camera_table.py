"""The table of cameras, by subject and name."""

from __future__ import annotations

import json
import sqlite3

import numpy as np

from core.cameras import Camera, Lens


def write_camera_table(connection: sqlite3.Connection, cameras: dict[tuple[str, str], Camera]) -> None:
    """Insert cameras; unknown extrinsics, NaN, are kept as null."""
    for (subject, name), camera in cameras.items():
        known = bool(np.isfinite(camera.R).all())
        parameters = {
            "R": camera.R.tolist() if known else None,
            "t": camera.t.tolist() if known else None,
            **{part: getattr(camera.lens, part).tolist() for part in ("f", "c", "k", "p")},
            "width": camera.width,
            "height": camera.height,
        }
        connection.execute("INSERT INTO cameras VALUES (?, ?, ?)", (subject, name, json.dumps(parameters)))


def read_camera_table(connection: sqlite3.Connection) -> dict[tuple[str, str], Camera]:
    """All cameras; extrinsics are NaN where they are unknown."""
    cameras = {}
    for subject, name, text in connection.execute("SELECT subject, name, parameters FROM cameras"):
        values = json.loads(text)
        cameras[subject, name] = Camera(
            name=name,
            R=np.full((3, 3), np.nan) if values["R"] is None else np.array(values["R"]),
            t=np.full(3, np.nan) if values["t"] is None else np.array(values["t"]),
            lens=Lens(*(np.array(values[part]) for part in ("f", "c", "k", "p"))),
            width=values["width"],
            height=values["height"],
        )
    return cameras
