"""Bodies of a project in NeuralAnnot's layout: one JSON file a subject, in the world's frame.

Where views do not share a body, the first camera's counts: the format has one body an instant.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.body.frames import bodies_to_world
from core.data.body_export import find_exported, open_export
from core.data.h36m_names import number_sequence
from core.errors import ProjectError
from core.progress import ProgressCallback

if TYPE_CHECKING:
    from core.project.project import Project


def export_neural_annot(
    project: Project, source: str, folder: Path | str, *, progress: ProgressCallback | None = None
) -> int:
    """Write ``Human36M_subjectX_SMPL_NeuralAnnot.json`` into a folder, see :mod:`core.data.body_export`.

    Raises:
        ProjectError: as there, and where no body has been placed, the data set has no extrinsics, or other
            actions than Human3.6M's, or subjects without a number.
    """
    if not project.has_extrinsics:
        raise ProjectError(f"{project.path}: has no extrinsics; NeuralAnnot's bodies stand in the world")
    rows = find_exported(project, source)
    rows = rows[np.isfinite(project.read_bodies(source, rows).transl).all(axis=1)]
    if not len(rows):
        raise ProjectError(f"{project.path}: {source} has no placed body to export")
    rows = rows[np.unique(project.keys.instants[rows], return_index=True)[1]]
    bodies = project.read_bodies(source, rows)
    cameras = [project.camera(int(row)) for row in rows]
    world = bodies_to_world(
        bodies,
        project.body().rest_pelvis(bodies.betas),
        np.stack([camera.R for camera in cameras]),
        np.stack([camera.t for camera in cameras]),
    )
    files: dict[str, dict[str, Any]] = {}
    for number, row in enumerate(rows.tolist()):
        key = project.keys[row]
        numbered = number_sequence(key.action)
        subject = key.subject.removeprefix("S")
        if not subject.isdecimal():
            raise ProjectError(
                f"{key.sequence}: subject {key.subject} has no number, by which NeuralAnnot's files are "
                "named; export bodies (.npz) instead"
            )
        if numbered is None:
            raise ProjectError(
                f"{key.sequence}: {key.action} is no action of Human3.6M, whose number NeuralAnnot "
                "writes; export bodies (.npz) instead"
            )
        action, subaction = map(str, numbered)
        frames = files.setdefault(subject, {}).setdefault(action, {}).setdefault(subaction, {})
        frames[str(key.frame - 1)] = {
            "pose": np.concatenate([world.global_orient[number], world.body_pose[number]]).tolist(),
            "shape": world.betas[number].tolist(),
            "trans": world.transl[number].tolist(),
        }
        if progress is not None and (number + 1) % 1000 == 0:
            progress(number + 1, len(rows), "exporting bodies")
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ProjectError(f"{folder}: cannot be made ({error.strerror})") from error
    for subject, content in files.items():
        with open_export(Path(folder) / f"Human36M_subject{subject}_SMPL_NeuralAnnot.json") as stream:
            stream.write(json.dumps(content).encode())
    with open_export(Path(folder) / "provenance.json") as stream:
        stream.write(json.dumps({**project.provenance(), "source": source}, indent=1).encode())
    return len(rows)
