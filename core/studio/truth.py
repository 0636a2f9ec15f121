"""The truth of a studio, kept apart from its data set: only ``score`` reads it.

``truth.npz`` holds one row an instant: ``frame`` (``S5/Walking-1/000123``), ``betas``, ``global_orient``,
``body_pose``, ``transl`` in the world, ``joints`` (N, 17, 3) before noise and defects, and the true
``regressor`` (17, V), right side first. In hard mode ``body`` it also holds ``displacements`` (7, V, 3) of
the rest vertices, subjects in the studio's order. ``defects.json`` lists what was planted.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import DatasetError
from core.studio.defects import Defect
from core.studio.scene import Scene
from core.studio.subjects import SUBJECTS
from core.types import BodyParameters, FloatArray, InstantKey, parse_key


@dataclass(frozen=True)
class Truth:
    """What ``score`` compares with.

    Attributes:
        instants: keys of the N rows.
        parameters: true bodies, world frame.
        joints: true joints, (N, 17, 3) metres, world frame.
        regressor: (17, V), right side first.
        displacements: of rest vertices (V, 3) by subject, metres; mostly empty.
        defects: as in ``defects.json``.
    """

    instants: list[InstantKey]
    parameters: BodyParameters
    joints: FloatArray
    regressor: FloatArray
    displacements: dict[str, FloatArray]
    defects: list[dict[str, Any]]


def write_truth(
    folder: Path, scene: Scene, joints: FloatArray, regressor: FloatArray, defects: list[Defect]
) -> None:
    """Write both files into a folder that exists.

    Args:
        folder: where ``truth.npz`` and ``defects.json`` go.
        scene: keys, true bodies in the world and displacements of N instants.
        joints: (N, 17, 3) true joints, metres, world frame.
        regressor: (17, V), right side first.
        defects: what was planted in the labels.
    """
    arrays: dict[str, Any] = {
        "frame": np.array([str(key) for key in scene.instants]),
        "betas": scene.parameters.betas,
        "global_orient": scene.parameters.global_orient,
        "body_pose": scene.parameters.body_pose,
        "transl": scene.parameters.transl,
        "joints": joints,
        "regressor": regressor,
    }
    if scene.displacements:
        arrays["displacements"] = np.stack([scene.displacements[subject] for subject in SUBJECTS])
    np.savez(folder / "truth.npz", **arrays)
    text = json.dumps([defect.to_dict() for defect in defects], indent=1)
    (folder / "defects.json").write_text(text + "\n", encoding="utf-8")


def read_truth(folder: Path) -> Truth:
    """Read what :func:`write_truth` wrote.

    Raises:
        DatasetError: a file is missing.
    """
    for name in ("truth.npz", "defects.json"):
        if not (folder / name).is_file():
            raise DatasetError(
                f"{folder / name} is missing; score needs the truth of the studio that it scores"
            )
    with np.load(folder / "truth.npz", allow_pickle=False) as file:
        parameters = BodyParameters(file["global_orient"], file["body_pose"], file["betas"], file["transl"])
        keys = [parse_key(text) for text in file["frame"]]
        joints, regressor = file["joints"], file["regressor"]
        displacements = dict(zip(SUBJECTS, file["displacements"])) if "displacements" in file else {}
    instants = [key.instant if not isinstance(key, InstantKey) else key for key in keys]
    defects = json.loads((folder / "defects.json").read_text(encoding="utf-8"))
    return Truth(instants, parameters, joints, regressor, displacements, defects)
