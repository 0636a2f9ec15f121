"""An import that is kept or leaves no trace."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from app.jobs.tasks import import_data
from app.session.import_order import ImportOrder, list_found, parse_named_files
from core.errors import JointlensError, SettingsError
from core.project.project import Project

#: What an import finds of a data set without pictures.
FOUND = {
    "synthetic": False,
    "format": "generic",
    "frames": 2,
    "sequences": 1,
    "subjects": ["A"],
    "test_subjects": [],
    "cameras": ["c"],
    "joint_set": "h36m-17",
    "label_origin": "labels.npz",
    "label_frame": "camera",
    "labels_in_file": "world",
    "right_share": 1.0,
    "projected_keypoints": False,
    "reprojection_px": 0.1,
    "view_agreement_mm": None,
    "pictures": 0,
    "masks": 0,
    "body": "body.npz",
    "topology": "0",
    "estimates": {},
    "matching": {},
    "regressors": {},
    "notes": [],
}


@pytest.fixture
def order(studio_small: Path, tmp_path: Path) -> ImportOrder:
    dataset = studio_small / "dataset"
    return ImportOrder(
        project=tmp_path / "mine",
        dataset=dataset,
        body=dataset / "body" / "SMPL_NEUTRAL.npz",
        estimates={},
        regressors={"J_std": dataset / "J_regressor_h36m.npy"},
    )


def say_nothing(done: int, total: int, message: str) -> None:
    """Progress that nobody looks at."""


def test_what_was_checked_becomes_the_project_when_it_is_kept(order: ImportOrder) -> None:
    order.check()
    assert import_data(order=order, progress=say_nothing) == "224 frames checked"
    assert not order.project.exists()
    found = dict(list_found(order.read_preview()))
    assert "224 frames" in found["data set"]
    assert "J_std" in found["regressor"]
    order.keep()
    with Project.open(order.project, read_only=True) as project:
        assert project.regressor_names() == ["J_std"]
        assert project.dataset_root == order.dataset
    assert [path.name for path in order.project.parent.iterdir()] == ["mine"]


def test_what_cannot_be_told_of_a_data_set_is_said_to_be_so() -> None:
    found = dict(list_found({**FOUND, "reprojection_px": None, "right_share": None}))
    assert found["geometry"] == "reprojection cannot be told"
    assert "right is right" not in found["labels"]
    found = dict(list_found({**FOUND, "reprojection_px": None, "projected_keypoints": True}))
    assert found["geometry"] == "2D labels are projected from the 3D ones: nothing to compare"


def test_an_import_that_fails_or_is_not_kept_leaves_no_trace(order: ImportOrder) -> None:
    bad = replace(order, regressors={"J_std": order.body})
    with pytest.raises(JointlensError):
        import_data(order=bad, progress=say_nothing)
    assert list(order.project.parent.iterdir()) == []
    order.partial.mkdir()
    order.preview.write_text(json.dumps({}))
    order.discard()
    assert list(order.project.parent.iterdir()) == []


def test_missing_parts_are_named(order: ImportOrder, tmp_path: Path) -> None:
    for bad, message in (
        (replace(order, dataset=Path()), "the data set is missing"),
        (replace(order, dataset=tmp_path / "none"), "none: is not there"),
        (replace(order, body=tmp_path / "none.npz"), r"none\.npz: is no file"),
        (replace(order, project=tmp_path), "is there already"),
    ):
        with pytest.raises(SettingsError, match=message):
            bad.check()


def test_named_files_are_read_a_line_each() -> None:
    assert parse_named_files("spin = a.npz\n\nvibe=b\n") == {"spin": Path("a.npz"), "vibe": Path("b")}
    with pytest.raises(SettingsError, match="expected NAME=FILE"):
        parse_named_files("a.npz")
    with pytest.raises(SettingsError, match="spin=b: spin is given twice"):
        parse_named_files("spin=a\nspin=b")
