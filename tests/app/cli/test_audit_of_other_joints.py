"""The audit of a data set with COCO's joints, some of which it lacks, seen by one camera."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.body.skinning import pose_vertices
from core.data.cameras_json import read_cameras, write_cameras
from core.joints_builtin import COCO_17
from core.project.project import Project
from core.regressor.places import make_anatomical_regressor

RunJson = Callable[..., dict[str, Any]]

CAMERA = "54138969"
SUBJECT, JOINT = "S7", "LWrist"
ABSENT = ["LEye", "REye", "LEar", "REar"]


@pytest.fixture
def dataset(studio_small: Path, tmp_path: Path) -> Path:
    """COCO's joints of the estimated bodies, 2 mm off, and one subject's wrist 60 mm up its arm."""
    root = tmp_path / "coco"
    root.mkdir()
    with Project.open(studio_small / "project", read_only=True) as project:
        rows = project.rows_of(camera=CAMERA)
        keys = [project.keys[row] for row in rows.tolist()]
        vertices = pose_vertices(project.body(), project.read_bodies("initial", rows)).astype(np.float64)
        joints = make_anatomical_regressor(project.body(), COCO_17).apply(vertices)
        pelvis = project.labels(rows)[:, [project.joint_set.pelvis]]
    joints += pelvis - joints[:, [COCO_17.index("RHip")]]
    joints += 0.002 * np.random.default_rng(1).normal(size=joints.shape)
    wrist, elbow = (joints[:, COCO_17.index(name)] for name in (JOINT, "LElbow"))
    own = np.array([key.subject == SUBJECT for key in keys])
    wrist[own] += 0.06 * ((elbow - wrist) / np.linalg.norm(elbow - wrist, axis=1, keepdims=True))[own]
    joints[:, [COCO_17.index(name) for name in ABSENT]] = np.nan
    np.savez(
        root / "labels.npz", format_version=1, joint_set="coco-17", joints_frame="camera",
        label_origin="mocap", frame=[str(key) for key in keys], joints=joints,
    )  # fmt: skip
    cameras = read_cameras(studio_small / "dataset" / "cameras.json")
    write_cameras(root / "cameras.json", {view: cameras[view] for view in cameras if view[1] == CAMERA})
    return root


def test_a_bad_joint_of_another_joint_set_is_found_accepted_and_left_out(
    studio_small: Path, dataset: Path, tmp_path: Path, run_json: RunJson
) -> None:
    studio, project = studio_small / "dataset", tmp_path / "project"
    run_json(
        "import", project, "--dataset", dataset, "--body", studio / "body" / "SMPL_NEUTRAL.npz",
        "--estimates", f"spin={studio / 'estimates' / 'spin.npz'}",
    )  # fmt: skip
    document = run_json("audit", project, "--no-influence")
    assert len(document["cells"]) == 7 * (17 - len(ABSENT))
    (finding,) = (each for each in document["findings"] if each["verdict"] == "bad-label")
    assert (finding["kind"], finding["subject"], finding["joint"]) == ("subject-offset", SUBJECT, JOINT)
    assert finding["effect_mm"] == pytest.approx(60, abs=12)
    assert finding["sentence"].startswith("S7's left wrist label sits")
    accepted = run_json("flag", project, "accept-findings")
    assert [(flag["subject"], flag["joint"]) for flag in accepted["flags"]] == [(SUBJECT, JOINT)]
