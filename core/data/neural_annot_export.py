"""Bodies of a project in NeuralAnnot's layout: one JSON file a subject, in the world's frame.

Where views do not share a body, the first camera's counts: the format has one body an instant. Files are
written a few thousand bodies at a time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.body.frames import bodies_to_world
from core.data.body_export import find_exported, open_export
from core.data.h36m_names import number_sequence
from core.data.npz_writer import BLOCK
from core.errors import ProjectError
from core.progress import ProgressCallback
from core.types import BodyParameters

if TYPE_CHECKING:
    from core.project.project import Project

#: Action -> subaction -> rows, as a file's keys.
Sequences = dict[str, dict[str, NDArray[np.intp]]]


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
    rows = _find_placed(project, source, find_exported(project, source))
    if not len(rows):
        raise ProjectError(f"{project.path}: {source} has no placed body to export")
    rows = rows[np.unique(project.keys.instants[rows], return_index=True)[1]]
    files = _sort_rows(project, rows)
    done = 0

    def tell(count: int) -> None:
        nonlocal done
        done += count
        if progress is not None:
            progress(done, len(rows), "exporting bodies")

    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ProjectError(f"{folder}: cannot be made ({error.strerror})") from error
    for subject, sequences in files.items():
        with open_export(Path(folder) / f"Human36M_subject{subject}_SMPL_NeuralAnnot.json") as stream:
            for piece in _encode_sequences(project, source, sequences, tell):
                stream.write(piece.encode())
    with open_export(Path(folder) / "provenance.json") as stream:
        stream.write(json.dumps({**project.provenance(), "source": source}, indent=1).encode())
    return len(rows)


def _find_placed(project: Project, source: str, rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """Those of some rows whose bodies have a place."""
    placed = [
        block[np.isfinite(project.read_bodies(source, block).transl).all(axis=1)] for block in _cut(rows)
    ]
    return np.concatenate(placed)


def _sort_rows(project: Project, rows: NDArray[np.intp]) -> dict[str, Sequences]:
    """Rows by the numbers of their subject, action and subaction, given one after the other."""
    files: dict[str, Sequences] = {}
    codes: dict[tuple[str, str], int] = {}
    of_shots = [codes.setdefault((shot.subject, shot.action), len(codes)) for shot in project.keys.shots]
    of_rows = np.array(of_shots)[project.keys.find_shots(rows)]
    for part in np.split(rows, np.flatnonzero(np.diff(of_rows)) + 1):
        key = project.keys[int(part[0])]
        subject, numbered = key.subject.removeprefix("S"), number_sequence(key.action)
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
        subactions = files.setdefault(subject, {}).setdefault(action, {})
        if subaction in subactions:
            raise ProjectError(
                f"{key.sequence}: another sequence of {key.subject} has the same action and subaction, "
                f"{action} and {subaction}, for NeuralAnnot; export bodies (.npz) instead"
            )
        subactions[subaction] = part
    return files


def _encode_sequences(
    project: Project, source: str, sequences: Sequences, tell: Callable[[int], None]
) -> Iterator[str]:
    """A subject's file in pieces."""

    def encode_action(subactions: dict[str, NDArray[np.intp]]) -> Iterator[str]:
        return _encode_object(
            (name, _encode_object(_encode_bodies(project, source, rows, tell)))
            for name, rows in subactions.items()
        )

    return _encode_object((name, encode_action(subactions)) for name, subactions in sequences.items())


def _encode_object(members: Iterable[tuple[str, Iterable[str]]]) -> Iterator[str]:
    """A JSON object in pieces, of its members' pieces."""
    yield "{"
    for number, (name, pieces) in enumerate(members):
        yield f"{', ' if number else ''}{json.dumps(name)}: "
        yield from pieces
    yield "}"


def _encode_bodies(
    project: Project, source: str, rows: NDArray[np.intp], tell: Callable[[int], None]
) -> Iterator[tuple[str, tuple[str]]]:
    """Frame number, from 0, and body of each of some rows."""
    for block in _cut(rows):
        bodies = _read_in_world(project, source, block)
        poses = np.concatenate([bodies.global_orient, bodies.body_pose], axis=1).tolist()
        frames = (project.keys.numbers[block] - 1).tolist()
        for frame, pose, shape, trans in zip(frames, poses, bodies.betas.tolist(), bodies.transl.tolist()):
            yield str(frame), (json.dumps({"pose": pose, "shape": shape, "trans": trans}),)
        tell(len(block))


def _read_in_world(project: Project, source: str, rows: NDArray[np.intp]) -> BodyParameters:
    bodies = project.read_bodies(source, rows)
    cameras = [project.camera(row) for row in rows.tolist()]
    return bodies_to_world(
        bodies,
        project.body().rest_pelvis(bodies.betas),
        np.stack([camera.R for camera in cameras]),
        np.stack([camera.t for camera in cameras]),
    )


def _cut(rows: NDArray[np.intp]) -> Iterator[NDArray[np.intp]]:
    """As many rows at once as are held in memory."""
    for start in range(0, len(rows), BLOCK):
        yield rows[start : start + BLOCK]
