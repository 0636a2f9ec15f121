"""What lint commands end with: 0 where nothing is wrong, 1 with a line that says what is."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from app.cli.main import main
from core.data.images import write_mask
from core.project.project import Project


def test_a_regressor_with_problems_fails_and_one_with_warnings_does_not(
    studio_small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    weights = np.load(studio_small / "dataset" / "J_regressor_h36m.npy")
    heaviest, weights[15] = weights[15].argmax(), 0
    weights[15, heaviest] = 1
    np.save(tmp_path / "one_vertex.npy", weights)
    assert main(["regressor", "lint", str(tmp_path / "one_vertex.npy")]) == 0
    assert "warning     RElbow hangs by one vertex" in capsys.readouterr().out
    np.save(tmp_path / "arms.npy", weights[[*range(11), 14, 15, 16, 11, 12, 13]])
    assert main(["regressor", "lint", str(tmp_path / "arms.npy"), "--json"]) == 1
    told = capsys.readouterr()
    assert json.loads(told.out)["order"] is None
    assert told.err.startswith(f"jointlens: {tmp_path}/arms.npy: left and right are exchanged")


def test_masks_that_are_somebody_elses_fail(project_copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["mask", "lint", str(project_copy), "--frames", "S9/*", "--json"]
    assert main(words) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["looked_at"] == 32
    assert told["mean_overlap"] > 0.6
    with Project.open(project_copy) as project:
        first, second, third = project.rows_of("S9")[:3].tolist()
        camera = project.camera(first)
        mask = np.zeros((camera.height, camera.width), bool)
        mask[: camera.height // 2, :80] = True
        write_mask(project_copy / "masks" / "a.png", mask, camera.width, camera.height)
        (project_copy / "masks" / "b.png").write_bytes(b"no picture")
        write_mask(project_copy / "masks" / "c.png", None, camera.width, camera.height)
        project.use_masks({first: "masks/a.png", second: "masks/b.png", third: "masks/c.png"})
        names = [str(project.keys[row]) for row in (first, second)]
    assert main(words) == 1
    out, err = capsys.readouterr()
    told = json.loads(out)
    assert (told["wrong"], told["truncated"], told["invalid"]) == (1, 1, 1)
    assert "overlaps the estimated body by 0.00 only" in told["suspects"][names[0]]
    assert "b.png" in told["unreadable"][names[1]]
    assert "1 masks can hardly be the labelled person's, 1 cannot be read" in err
