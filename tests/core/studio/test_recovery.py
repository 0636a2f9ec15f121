"""How far a refit without bad labels comes back, told on two studios of the same people."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest

from app.cli.main import main
from core.errors import DatasetError
from core.project.project import Project
from core.regressor.record import Regressor
from core.studio.recovery import measure_recovery


@pytest.fixture
def studios(studio_small, tmp_path):
    """The small studio, its right ankle planted in S5, and the same with clean labels."""
    folders = tmp_path / "bad", tmp_path / "clean"
    for folder in folders:
        folder.mkdir()
        (folder / "dataset").symlink_to(studio_small / "dataset")
        shutil.copytree(studio_small / "truth", folder / "truth")
        shutil.copytree(studio_small / "project", folder / "project")
    defect = {"kind": "subject-offset", "subject": "S5", "joint": "RAnkle", "magnitude_mm": 40.0}
    (folders[0] / "truth" / "defects.json").write_text(json.dumps([defect]))
    (folders[1] / "truth" / "defects.json").write_text("[]")
    return folders


def mix(folder, name: str, share: float) -> None:
    """Add J_std with a share of the right knee's row in its right ankle's."""
    with Project.open(folder / "project") as project:
        standard = project.read_regressor("J_std")
        weights = np.array(standard.weights)
        knee, ankle = (project.joint_set.index(joint) for joint in ("RKnee", "RAnkle"))
        weights[ankle] = (1 - share) * weights[ankle] + share * weights[knee]
        project.add_regressor(Regressor(name, weights, standard.topology))


def test_the_way_back_is_told_as_a_share(studios, capsys):
    bad, clean = studios
    mix(clean, "J_opt", 0.0)
    mix(bad, "J_opt", 0.02)
    mix(bad, "J_flagged", 0.005)
    (way,) = measure_recovery(bad, clean, before="J_opt", after="J_flagged")
    assert (way["joint"], way["subjects"], way["planted_mm"]) == ("RAnkle", ["S5"], [40.0])
    assert 4 < way["moved_mm"] < 12  # 2% of a shank
    assert way["share"] == pytest.approx(0.75, abs=0.01)
    assert main(["score", str(bad), "--clean", str(clean)]) == 2
    assert "go together" in capsys.readouterr().err


def test_another_studio_or_one_with_defects_is_refused(studios):
    bad, clean = studios
    with pytest.raises(DatasetError, match="has planted defects"):
        measure_recovery(clean, bad, before="J_std", after="J_std")
    truth = dict(np.load(clean / "truth" / "truth.npz", allow_pickle=False))
    truth["joints"] = truth["joints"] + 0.01
    np.savez(clean / "truth" / "truth.npz", **truth)
    with pytest.raises(DatasetError, match="another studio"):
        measure_recovery(bad, clean, before="J_std", after="J_std")
