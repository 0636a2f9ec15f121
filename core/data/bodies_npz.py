"""Bodies as one npz: plain numbers and text, one row a body.

``frame`` (``S5/Walking-1/54138969/000123``, without the camera where all views share the body), ``camera``
("" there), ``subject``, ``global_orient`` (N, 3), ``body_pose`` (N, 69), ``betas`` (N, 10) and ``transl``
(N, 3) with smplx's meaning, in the frame that ``coordinate_frame`` names: ``world``, or ``camera`` where the
data set does not say where its cameras stand. ``provenance`` is JSON.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.body.frames import bodies_to_world
from core.data.body_export import find_exported, open_export
from core.data.body_table import BodyTable, make_table, take_betas, take_floats
from core.data.npz_files import read_arrays
from core.data.npz_writer import Column, NpzWriter, make_text_column
from core.errors import DatasetError
from core.progress import ProgressCallback
from core.types import BodyParameters, FrameKey, parse_key

if TYPE_CHECKING:
    from core.project.project import Project


def export_bodies(
    project: Project, source: str, path: Path | str, *, progress: ProgressCallback | None = None
) -> int:
    """Write every body of a source, see :mod:`core.data.body_export`."""
    source, rows = project.find_source(source), find_exported(project, source)
    run = next((run for run in project.runs() if run.name == source), None)
    in_world = project.has_extrinsics
    shared = in_world and run is not None and run.shares_bodies
    if shared:
        rows = rows[np.unique(project.keys.instants[rows], return_index=True)[1]]
    provenance = {
        **project.provenance(),
        "source": source,
        "run_settings": None if run is None else run.settings,
    }

    def read(block: NDArray[np.intp]) -> BodyParameters:
        parameters = project.read_bodies(source, block)
        if not in_world:
            return parameters
        R, t = _stack_extrinsics(project, block)
        return bodies_to_world(parameters, project.body().rest_pelvis(parameters.betas), R, t)

    def name_frame(row: int) -> str:
        return str(project.keys[row].instant if shared else project.keys[row])

    columns: dict[str, Column] = {
        "frame": make_text_column(rows, name_frame),
        "camera": make_text_column(rows, lambda row: "" if shared else project.keys[row].camera),
        "subject": make_text_column(rows, lambda row: project.keys[row].subject),
        "global_orient": lambda block: read(block).global_orient,
        "body_pose": lambda block: read(block).body_pose,
        "betas": lambda block: read(block).betas,
        "transl": lambda block: read(block).transl,
    }
    with open_export(path) as stream, NpzWriter(stream, compressed=True) as writer:
        writer.write_columns(rows, columns, progress=progress)
        writer.write("coordinate_frame", "world" if in_world else "camera")
        writer.write("provenance", json.dumps(provenance))
    return len(rows)


def read_exported_bodies(path: Path | str) -> BodyTable:
    """Bodies that :func:`export_bodies` wrote, of any project.

    Raises:
        DatasetError: it is unreadable, or not what it should be.
        UntrustedFileError: it holds pickled objects.
    """
    path = Path(path)
    arrays = read_arrays(path, ("frame", "global_orient", "body_pose", "betas", "transl", "coordinate_frame"))
    orientation = take_floats(path, arrays, "global_orient", (3,))
    names = [parse_key(str(name)) for name in arrays["frame"]]
    if len({isinstance(name, FrameKey) for name in names}) > 1:
        raise DatasetError(f"{path}: some of its frames have a camera and some have none")
    return make_table(
        path,
        pose=np.concatenate([orientation, take_floats(path, arrays, "body_pose", (69,))], axis=1),
        betas=take_betas(path, arrays, "betas"),
        transl=take_floats(path, arrays, "transl", (3,)),
        names=names,
        in_world=str(arrays.get("coordinate_frame", "camera")) == "world",
    )


def _stack_extrinsics(
    project: Project, rows: NDArray[np.intp]
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    cameras = [project.camera(row) for row in rows.tolist()]
    return np.stack([camera.R for camera in cameras]), np.stack([camera.t for camera in cameras])
