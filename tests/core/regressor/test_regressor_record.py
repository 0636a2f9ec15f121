"""A regressor is what it says, or is refused."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from core.errors import RegressorError
from core.regressor.record import Regressor


def make_weights(vertices: int = 30) -> np.ndarray:
    weights = np.random.default_rng(1).random((17, vertices)) * (np.arange(vertices) % 7 == 0)
    return weights / weights.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("shape", [(30, 3), (4, 30, 3), (2, 2, 30, 3)])
def test_joints_are_weighted_means_of_vertices_in_any_batch_shape(shape: tuple[int, ...]) -> None:
    vertices = np.random.default_rng(0).normal(size=shape)
    weights = make_weights()
    joints = Regressor("J", weights, "t").apply(vertices)
    np.testing.assert_allclose(joints, np.einsum("jv,...vc->...jc", weights, vertices), atol=1e-12)


def test_joints_keep_the_precision_of_the_vertices() -> None:
    assert Regressor("J", make_weights(), "t").apply(np.zeros((30, 3), np.float32)).dtype == np.float32


def test_a_mesh_of_another_size_is_refused() -> None:
    with pytest.raises(RegressorError, match="J: is for meshes of 30 vertices, not 31"):
        Regressor("J", make_weights(), "t").apply(np.zeros((31, 3)))


@pytest.mark.parametrize(
    ("spoil", "message"),
    [(np.nan, "no finite matrix"), (-0.1, "1 negative weights"), (0.9, "row 2 sums to")],
)
def test_weights_that_are_no_regressors_are_refused(spoil: float, message: str) -> None:
    weights = make_weights()
    weights[2, 0] = spoil
    with pytest.raises(RegressorError, match=message):
        Regressor("J", weights, "t")


def test_another_topology_is_refused() -> None:
    with pytest.raises(RegressorError, match="belongs to mesh topology ours, SMPL_NEUTRAL has theirs"):
        Regressor("J", make_weights(), "ours").check_topology(
            SimpleNamespace(name="SMPL_NEUTRAL", topology="theirs")
        )
