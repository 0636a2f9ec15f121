"""Human3.6M's known defects come as findings where the cameras are Human3.6M's, and never from a studio."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest

from app.cli.main import main
from core.audit.known_defects import list_known_findings
from core.cameras import Camera, project
from core.data.cameras_json import read_cameras, write_cameras
from core.project.project import Project
from core.resources import resource_path

SUBJECTS = ("S1", "S5", "S6", "S9")
#: Metres that all labels of S9's Greeting-2 are moved along the world's x axis.
SHIFT = np.array([0.2, 0.0, 0.0])


def take_published_lenses(cameras: dict[tuple[str, str], Camera]) -> dict[tuple[str, str], Camera]:
    """Human3.6M's focal lengths and principal points."""
    known = json.loads(resource_path("known_h36m_defects.json").read_text())["recognised_by"]
    return {
        (subject, name): replace(
            camera,
            lens=replace(camera.lens, f=np.array(known[name]["f"]), c=np.array(known[name]["c"])),
        )
        for (subject, name), camera in cameras.items()
        if subject in SUBJECTS
    }


def label_anew(path: Path, cameras: dict[tuple[str, str], Camera], shift: np.ndarray) -> None:
    """Move the labels of an annot.h5 in the world, and project them by other lenses."""
    with h5py.File(path, "r+") as file:
        of_row = [cameras[path.parents[1].name, str(number)] for number in file["camera"][()]]
        joints = file["pose/3d"][()] + 1000 * np.array([camera.R @ shift for camera in of_row])[:, None]
        file["pose/3d"][...] = joints
        file["pose/2d"][...] = [project(own, camera.lens) for own, camera in zip(joints, of_row)]
        for camera in of_row:
            (fx, fy), (cx, cy) = camera.lens.f, camera.lens.c
            file[f"intrinsics/{camera.name}"][...] = [fx, cx, fy, cy]


@pytest.fixture
def dataset(studio_small: Path, tmp_path: Path) -> Path:
    """Human3.6M in small, by its published layout, lenses and names, without a ``studio.json``."""
    studio, root = studio_small / "dataset", tmp_path / "h36m"
    cameras = take_published_lenses(read_cameras(studio / "cameras.json"))
    for subject in SUBJECTS:
        # Other tests may have pictures drawn.
        shutil.copytree(studio / subject, root / subject, ignore=shutil.ignore_patterns("imageSequence"))
    old = min((root / "S9").iterdir()).name
    (root / "S9" / old).rename(root / "S9" / "Greeting-2")
    for path in root.glob("*/*/annot.h5"):
        moved = path.parent.name == "Greeting-2" and path.parents[1].name == "S9"
        label_anew(path, cameras, SHIFT if moved else np.zeros(3))
    write_cameras(root / "cameras.json", cameras)
    rows = dict(np.load(studio / "estimates" / "spin.npz"))
    rows["imgname"] = np.char.replace(rows["imgname"], f"S9_{old}.", "S9_Greeting-2.")
    np.savez(tmp_path / "spin.npz", **rows)
    return root


def import_project(dataset: Path, studio_small: Path, path: Path) -> None:
    studio = studio_small / "dataset"
    words = ("--dataset", dataset, "--body", studio / "body" / "SMPL_NEUTRAL.npz")
    sources = ("--estimates", f"spin={dataset.parent / 'spin.npz'}")
    regressor = ("--regressor", f"J_std={studio / 'J_regressor_h36m.npy'}")
    assert main([*map(str, ("import", path, *words, *sources, *regressor))]) == 0


def list_known(path: Path, capsys: pytest.CaptureFixture[str], *words: str) -> dict:
    """The known defect among the findings of an audit."""
    capsys.readouterr()
    assert main(["audit", str(path), *words, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert any(note.startswith("S11 Directions") for note in document["provenance"]["notes"])
    (known,) = (each for each in document["findings"] if each["id"] == "sequence-shift:S9:Greeting-2")
    assert known["verdict"] == "bad-label"
    assert known["best_frames"]
    return dict(known)


def test_a_known_defect_is_found_reviewed_and_undone(dataset, studio_small, tmp_path, capsys):
    path = tmp_path / "project"
    import_project(dataset, studio_small, path)
    known = list_known(path, capsys)
    # The masks show it too, and what was measured is kept.
    assert known["effect_mm"] == pytest.approx(200, abs=10)
    assert "all four cameras" in known["sentence"]
    assert "learnable-triangulation" in known["evidence_for"][-1]
    assert known["influence"]["source"] == "spin"

    assert main(["flag", str(path), "accept-findings"]) == 0
    with Project.open(path) as opened:
        rows = opened.rows_of("S9", "Greeting-2")
        assert opened.flag_mask(rows).all()
        while opened.flags():
            opened.journal.undo()
        assert not opened.flag_mask(rows).any()


def test_a_known_defect_that_nothing_shows_is_told_nevertheless(dataset, studio_small, tmp_path, capsys):
    for masks in dataset.glob("*/*/maskSequence"):
        shutil.rmtree(masks)
    import_project(dataset, studio_small, tmp_path / "project")
    known = list_known(tmp_path / "project", capsys, "--no-influence")
    assert known["effect_mm"] == 200.0
    assert known["sentence"].endswith("as is known of Human3.6M.")


def test_a_studio_is_never_taken_for_human36m(dataset, studio_small, tmp_path):
    shutil.copy(studio_small / "dataset" / "studio.json", dataset)
    import_project(dataset, studio_small, tmp_path / "project")
    with Project.open(tmp_path / "project", read_only=True) as opened:
        assert opened.synthetic
        assert list_known_findings(opened) == ([], [])
