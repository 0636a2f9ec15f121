"""A folder of one's own, in the plain format, is a data set or told what it lacks."""

from __future__ import annotations

import json
import shutil
import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.body.model import BodyModel
from core.cameras import project as project_points
from core.cameras import to_camera
from core.data.dataset import Dataset
from core.data.h36m_names import parse_image_name
from core.data.importers.generic import read_generic
from core.data.importing import import_project
from core.errors import DatasetError
from core.joints_builtin import COCO_17
from core.project.project import Project
from core.project.subject_split import parse_subjects
from core.regressor.places import find_rest_places
from tests.core.data.writers import write_generic


def test_a_folder_of_ones_own_means_the_same_in_every_frame(tiny: Any, h36m: Dataset, tmp_path: Path) -> None:
    seen = read_generic(write_generic(tmp_path / "g", h36m))
    world = np.array([tiny.world[key.subject, key.frame] for key in h36m.keys])
    backwards = slice(None, None, -1)
    told = read_generic(
        write_generic(
            tmp_path / "g",
            h36m,
            joints=world[backwards],
            frame=[str(key) for key in h36m.keys[backwards]],
            joints_frame="world",
            label_origin="mocap",
        )
    )
    assert seen.keys == told.keys == h36m.keys
    np.testing.assert_allclose(seen.joints, h36m.joints)
    np.testing.assert_allclose(told.joints, h36m.joints, atol=1e-5)
    np.testing.assert_allclose(told.keypoints, h36m.keypoints, atol=1e-3)
    assert (seen.label_origin, told.label_origin) == ("unknown", "mocap")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"joints": None}, r"has no joints \(floats \(N, J, 3\), metres\)"),
        ({"joints_frame": None}, r"has no joints_frame \(one of camera, world, relative\)"),
        ({"format_version": None}, r"has no format_version \(1\)"),
        ({"format_version": 2}, "has format_version 2; this version reads 1"),
        ({"joints_frame": "room"}, "joints_frame is 'room'; expected one of camera, world, relative"),
        ({"colour": np.zeros(3)}, "holds colour; expected format_version, frame"),
        (
            {"joints": np.zeros((24, 16, 3))},
            r"joints has shape \(24, 16, 3\) .* expected floats \(24, 17, 3\), or name their joint_set",
        ),
        ({"image": ["/etc/passwd"] * 24}, "leads out of the data set's folder"),
        ({"frame": ["S1/Posing-1/000001"] * 24}, "has no camera"),
        ({"frame": ["S1/Posing-1/54138969/000001"] * 24}, "rows 0 and 1 are both of"),
        ({"joint_set": "mpii"}, "'mpii' is no joint set"),
    ],
)
def test_a_bad_folder_of_ones_own_is_told(
    h36m: Dataset, tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(DatasetError, match=message):
        read_generic(write_generic(tmp_path / "g", h36m, **changes))


@pytest.mark.parametrize("kind", ["mask", "image"])
def test_a_path_that_does_not_exist_is_named_by_its_row(
    tiny: Any, h36m: Dataset, tmp_path: Path, kind: str
) -> None:
    backwards = slice(None, None, -1)
    root = write_generic(
        tmp_path / "g",
        h36m,
        joints=h36m.joints[backwards],
        frame=[str(key) for key in h36m.keys[backwards]],
        **{kind: [f"{kind}s/{row}.png" for row in range(24)]},
    )
    (root / f"{kind}s").mkdir()
    shutil.copy(tiny.picture("maskSequence"), root / f"{kind}s" / "0.png")
    with pytest.raises(
        DatasetError,
        match=rf"labels\.npz: the {kind} of row 1, '{kind}s/1\.png', does not exist "
        r"\(23 of 24 are missing, .*; correct the path, or write",
    ):
        import_project(tmp_path / "p", dataset=root, body=tiny.body, estimates={}, regressors={})


def test_labels_of_another_joint_set_make_a_project(
    tiny: Any, h36m: Dataset, body: BodyModel, tmp_path: Path
) -> None:
    places = find_rest_places(body, COCO_17)
    standing = np.array([[-1.0, 0, 0], [0, 0, 1], [0, 1, 0]])  # SMPL's axes in a world with z up
    world = places @ standing + [0, 0, 1]
    joints = np.array(
        [to_camera(world, h36m.camera(row).R, h36m.camera(row).t) for row in range(len(h36m.keys))]
    )
    root = write_generic(tmp_path / "coco", h36m, joints=joints, joint_set="coco-17")
    preview = import_project(tmp_path / "p", dataset=root, body=tiny.body, estimates={}, regressors={})
    assert (preview.joint_set, preview.right_share) == ("coco-17", 1)
    assert any("J_std is made from the body's own joints" in note for note in preview.notes)
    with Project.open(tmp_path / "p") as project:
        assert project.joint_set == COCO_17
        assert project.read_regressor("J_std").joint_set == "coco-17"
        camera = project.camera(0)
        labels = project.labels(np.array([0]))[0].astype(np.float64)
        np.testing.assert_allclose(
            project.keypoints(np.array([0]))[0], project_points(labels, camera.lens), atol=1e-2
        )
    mirrored = write_generic(tmp_path / "coco", h36m, joints=joints * [-1, 1, 1], joint_set="coco-17")
    with pytest.raises(DatasetError, match="left side first or mirrored"):
        import_project(tmp_path / "q", dataset=mirrored, body=tiny.body, estimates={}, regressors={})


@pytest.mark.parametrize("frame", ["world", "camera"])
def test_what_agrees_by_construction_is_not_told_as_measured(
    tiny: Any, h36m: Dataset, tmp_path: Path, frame: str
) -> None:
    world = np.array([tiny.world[key.subject, key.frame] for key in h36m.keys])
    joints = world if frame == "world" else h36m.joints.astype(np.float64)
    path, own = tmp_path / "p", {"keypoints": h36m.keypoints.astype(np.float64)}
    for keypoints in ({}, own):
        root = write_generic(tmp_path / "g", h36m, joints=joints, joints_frame=frame, **keypoints)
        found = import_project(path, dataset=root, body=tiny.body, estimates={}, regressors={})
        with Project.open(path) as project:
            assert (project.has_world_labels, project.has_projected_keypoints) == (
                frame == "world",
                not keypoints,
            )
        assert (found.reprojection_px is None) == found.projected_keypoints == (not keypoints)
        assert (found.view_agreement_mm is None) == (frame == "world")
        path = tmp_path / "q"


def test_names_that_another_system_writes_in_two_characters_are_the_same_names(
    h36m: Dataset, tmp_path: Path
) -> None:
    """As macOS writes umlauts in the names of folders: ``o`` and a mark above it."""
    split, whole = unicodedata.normalize("NFD", "Jörg Müller"), "Jörg Müller"
    assert split != whole
    frames = [f"{split if key.subject == 'S1' else key.subject}{str(key)[2:]}" for key in h36m.keys]
    root = write_generic(tmp_path / "g", h36m, frame=frames)
    cameras = root / "cameras.json"
    cameras.write_text(cameras.read_text().replace('"S1"', json.dumps(split)))
    found = read_generic(root)
    assert {key.subject for key in found.keys} == {whole, "S9"}
    assert {subject for subject, _ in found.cameras} == {whole, "S9"}
    assert parse_image_name(frames[0]) == found.keys[0]
    assert parse_subjects(f"{split}, S9") == [whole, "S9"]
