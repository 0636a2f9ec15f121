"""Where joints do not tell left from right, bodies of estimates do; those that fit no frame are told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from core.data.dataset import Dataset
from core.data.importing import import_project
from core.data.preview import Preview
from core.errors import DatasetError
from core.joints import H36M_17
from tests.core.data.writers import write_generic

#: Human3.6M's joints but the spine's and the head's.
KEPT = [joint for joint, name in enumerate(H36M_17.names) if name not in ("Spine", "Nose", "HeadTop")]
#: The same with left and right exchanged.
EXCHANGED = [
    {right: left for pair in H36M_17.pairs for right, left in (pair, pair[::-1])}.get(joint, joint)
    for joint in KEPT
]


def write_noseless(root: Path, h36m: Dataset, order: list[int]) -> Path:
    """The tiny data set with 14 joints, of which each has the label of the one in its place in ``order``."""
    mirrors = dict(H36M_17.pairs)
    joints = []
    for joint in KEPT:
        parent = next((j for j in _list_ancestors(joint) if j in KEPT), None)
        entry = {
            "name": H36M_17.names[joint],
            "parent": None if parent is None else H36M_17.names[parent],
            "smpl_joint": H36M_17.places[joint].smpl_joint,
        }
        joints.append(entry | ({"mirror": H36M_17.names[mirrors[joint]]} if joint in mirrors else {}))
    written = write_generic(root, h36m, joints=h36m.joints[:, order], joint_set="lab.json")
    document = {"format_version": 1, "name": "lab-14", "pelvis": "Pelvis", "joints": joints}
    (written / "lab.json").write_text(json.dumps(document))
    return written


def _list_ancestors(joint: int) -> list[int]:
    found = []
    while (joint := H36M_17.parents[joint]) >= 0:
        found.append(joint)
    return found


def preview(tiny: Any, dataset: Path, **estimates: Path) -> Preview:
    return import_project(
        dataset.with_name("p"),
        dataset=dataset,
        body=tiny.body,
        estimates=estimates,
        regressors={},
        preview_only=True,
    )


def test_bodies_tell_left_from_right_where_there_is_no_nose(tiny: Any, h36m: Dataset, tmp_path: Path) -> None:
    right = write_noseless(tmp_path / "right", h36m, KEPT)
    assert preview(tiny, right).notes[0].endswith("by geometry: joint set lab-14 has no Nose")
    assert "the bodies of spin say that they are right" in preview(tiny, right, spin=tiny.estimates).notes[0]
    wrong = write_noseless(tmp_path / "wrong", h36m, EXCHANGED)
    with pytest.raises(DatasetError, match=r"labels\.npz: the bodies of spin lie \d+ mm .* mm with left and"):
        preview(tiny, wrong, spin=tiny.estimates)


def test_mirrored_bodies_are_told_where_labels_are_known_to_be_right(
    tiny: Any, h36m: Dataset, tmp_path: Path
) -> None:
    """A body that faces away has its left where the labels have their right."""
    with np.load(tiny.estimates) as file:
        arrays = dict(file)
    arrays["pose"][:, :3] = _turn_round(arrays["pose"][:, :3])
    mirrored = tmp_path / "mirrored.npz"
    np.savez(mirrored, **arrays)
    dataset = write_generic(tmp_path / "g", h36m)
    notes = preview(tiny, dataset, mirrored=mirrored).notes
    assert any("left and right of mirrored's bodies are exchanged" in note for note in notes)
    noseless = write_noseless(tmp_path / "noseless", h36m, KEPT)
    both = preview(tiny, noseless, spin=tiny.estimates, mirrored=mirrored)  # one that fits vouches for labels
    assert any("left and right of mirrored's bodies are exchanged" in note for note in both.notes)
    assert "with left and right exchanged" in both.matching["mirrored"]


def test_a_shot_whose_sides_are_exchanged_is_named(tiny: Any, h36m: Dataset, tmp_path: Path) -> None:
    with np.load(tiny.estimates) as file:
        arrays = dict(file)
    turned = ["S9_Posing_1.54138969" in name for name in arrays["imgname"].tolist()]
    arrays["pose"][turned, :3] = _turn_round(arrays["pose"][turned, :3])
    np.savez(tiny.estimates, **arrays)
    told = preview(tiny, write_noseless(tmp_path / "lab", h36m, KEPT), spin=tiny.estimates)
    assert told.notes[0].endswith("mm with left and right exchanged, but exchanged in S9/Posing-1/54138969")
    assert told.matching["spin"].endswith("left and right look exchanged in S9/Posing-1/54138969")


def test_estimates_that_fit_no_better_than_shuffled_ones_are_noted(
    tiny: Any, h36m: Dataset, tmp_path: Path
) -> None:
    with np.load(tiny.estimates) as file:
        arrays = dict(file)
    np.savez(tiny.estimates, **{**arrays, "pose": arrays["pose"][::-1]})
    notes = preview(tiny, write_generic(tmp_path / "g", h36m), spin=tiny.estimates).notes
    assert any("the bodies of spin do not fit the labels of their frames" in note for note in notes)


def _turn_round(orientations: np.ndarray) -> np.ndarray:
    """Global orientations (N, 3) turned by half a turn about the body's own vertical."""
    turned = Rotation.from_rotvec(orientations) * Rotation.from_rotvec([0, np.pi, 0])
    return np.asarray(turned.as_rotvec())
