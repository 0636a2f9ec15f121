"""Where the other subjects' labels put a joint."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from core.audit.expected_places import find_expected_places
from core.project.project import Project


def test_an_offset_turns_with_its_bone(project_small: Path) -> None:
    with Project.open(project_small, read_only=True) as project:
        rows = project.rows_of("S5")[:6]
        labels = project.labels(rows)[:, project.joint_set.index("RAnkle")]
        cell = {"joint": "RAnkle", "bone": 0, "offset_mm": [10.0, 0.0, 40.0]}
        places = find_expected_places(project, "initial", rows, cell)
        turns = Rotation.from_rotvec(
            project.read_bodies("initial", rows).pose.reshape(len(rows), -1, 3)[:, 0]
        )
        np.testing.assert_allclose(labels - places, turns.apply([0.01, 0, 0.04]), atol=1e-6)
        shank = find_expected_places(project, "initial", rows, {**cell, "bone": 5})
        np.testing.assert_allclose(np.linalg.norm(labels - shank, axis=1), np.hypot(0.01, 0.04), atol=1e-6)
        assert np.abs(shank - places).max() > 1e-3
