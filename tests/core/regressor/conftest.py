"""The demo body, and a plausible regressor for it."""

from __future__ import annotations

import numpy as np
import pytest

from core.body.files import load_body
from core.body.model import BodyModel
from core.resources import resource_path


@pytest.fixture(scope="session")
def body() -> BodyModel:
    return load_body(resource_path("demo_body.npz"))


@pytest.fixture(scope="session")
def weights(body: BodyModel) -> np.ndarray:
    """The rows of SMPL's own joints that lie near ours, right side first."""
    nearest = [0, 2, 5, 8, 1, 4, 7, 6, 12, 15, 15, 16, 18, 20, 17, 19, 21]
    rows = np.maximum(body.joint_regressor[nearest].astype(np.float64), 0)
    return rows / rows.sum(axis=1, keepdims=True)
