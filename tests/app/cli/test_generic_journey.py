"""The whole journey on a data set that came in through the generic format."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.data.cameras_json import read_cameras, write_cameras
from core.project.project import Project

RunJson = Callable[..., dict[str, Any]]

#: Frames of one camera, so that the journey takes seconds.
CAMERA = "54138969"


@pytest.fixture
def dataset(studio_small: Path, tmp_path: Path) -> Path:
    """The small studio's frames of one camera, told in the generic format by the project alone."""
    root = tmp_path / "mine"
    root.mkdir()
    with Project.open(studio_small / "project", read_only=True) as project:
        rows = project.rows_of(camera=CAMERA)
        keys = [project.keys[row] for row in rows.tolist()]
        arrays: dict[str, Any] = {
            "frame": [str(key) for key in keys],
            "joints": project.labels(rows).astype(np.float64),
            "keypoints": project.keypoints(rows).astype(np.float64),
            "mask": [f"masks/{number}.jpg" for number in range(len(rows))],
        }
        (root / "masks").mkdir()
        for number, row in enumerate(rows.tolist()):
            path = project.mask_path(row)
            assert path is not None
            (root / "masks" / f"{number}.jpg").write_bytes(path.read_bytes())
    np.savez(root / "labels.npz", format_version=1, joints_frame="camera", label_origin="mocap", **arrays)
    cameras = read_cameras(studio_small / "dataset" / "cameras.json")
    write_cameras(root / "cameras.json", {view: cameras[view] for view in cameras if view[1] == CAMERA})
    return root


def test_a_data_set_of_ones_own_makes_the_whole_journey(
    studio_small: Path, dataset: Path, tmp_path: Path, run_json: RunJson
) -> None:
    studio, project = studio_small / "dataset", tmp_path / "project"
    found = run_json(
        "import", project, "--dataset", dataset, "--body", studio / "body" / "SMPL_NEUTRAL.npz",
        "--estimates", f"spin={studio / 'estimates' / 'spin.npz'}",
        "--regressor", f"J_std={studio / 'J_regressor_h36m.npy'}",
    )  # fmt: skip
    assert (found["format"], found["frames"], found["masks"]) == ("generic", 56, 56)
    assert found["reprojection_px"] < 1
    assert found["placed"] == {"spin": 56}
    assert (
        "56 of 56 frames are named in the file, 168 of its 224 rows are of other frames"
        in (found["matching"]["spin"])
    )
    run_json("refit", project, "--source", "initial", "--name", "J_spin")
    run_json(
        "optimize", project, "--run", "mine", "--terms", "joint,silhouette",
        "--frames", f"S1/*/{CAMERA}/*", "--device", "cpu",
    )  # fmt: skip
    run_json("refit", project, "--source", "mine", "--name", "J_mine")
    run_json("flag", project, "add", "--subject", "S5", "--joint", "LAnkle", "--reason", "looks wrong")
    run_json("refit", project, "--source", "mine", "--name", "J_mine")  # again, without the flagged label
    run_json("export", project, "regressor", "--name", "J_mine", "--to", tmp_path / "J.npy")
    assert np.load(tmp_path / "J.npy").sum(axis=1) == pytest.approx(np.ones(17))
    tables = run_json("evaluate", project, "--to", tmp_path / "t.csv", "--to", tmp_path / "t.tex")["tables"]
    assert (tmp_path / "t.csv").read_text().startswith("protocol,estimates,regressor,part,bodies")
    assert "toprule" in (tmp_path / "t.tex").read_text()
    errors = next(iter(tables.values()))["spin"]
    assert errors["J_spin"]["mpjpe_mm"] < errors["J_std"]["mpjpe_mm"]
    assert np.isfinite(errors["J_mine"]["mpjpe_mm"])
