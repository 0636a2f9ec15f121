"""Regressors keep every version and belong to one mesh."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.body.model import BodyModel
from core.errors import ProjectError, RegressorError
from core.project.project import Project
from core.regressor.record import Regressor


def make_regressor(body: BodyModel, name: str = "J_std", shift: int = 0) -> Regressor:
    weights = np.zeros((17, body.vertex_count))
    weights[np.arange(17), np.arange(17) * 10 + shift] = 1
    return Regressor(name, weights, body.topology, provenance={"from": "a test"})


def test_a_regressor_keeps_its_history(project: Project, body: BodyModel) -> None:
    project.add_regressor(make_regressor(body))
    project.add_regressor(make_regressor(body, "J_spin"))
    project.add_regressor(make_regressor(body, shift=1))
    assert project.regressor_names() == ["J_std", "J_spin"]
    assert [entry.version for entry in project.regressor_versions("J_std")] == [1, 2]
    np.testing.assert_array_equal(
        project.read_regressor("J_std").weights, make_regressor(body, shift=1).weights
    )
    first = project.read_regressor("J_std", 1)
    np.testing.assert_array_equal(first.weights, make_regressor(body).weights)
    assert first.provenance["from"] == "a test"
    with pytest.raises(ProjectError, match="J_opt is no regressor of the project; it has J_std, J_spin"):
        project.read_regressor("J_opt")


def test_a_regressor_of_another_mesh_is_refused(project: Project, body: BodyModel) -> None:
    with pytest.raises(RegressorError, match="belongs to mesh topology elsewhere"):
        project.add_regressor(replace(make_regressor(body), topology="elsewhere"))
    assert project.regressor_names() == []
