"""Human3.6M is recognised by its cameras, and nothing else is."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from core.audit.known_defects import is_recognised
from core.cameras import Camera, Lens
from core.resources import resource_path

KNOWN = json.loads(resource_path("known_h36m_defects.json").read_text())["recognised_by"]


@pytest.fixture
def cameras() -> dict[tuple[str, str], Camera]:
    """As metadata.xml has them, to more digits."""
    return {
        ("S9", name): Camera(
            name,
            np.eye(3),
            np.zeros(3),
            Lens(np.array(lens["f"]) + 4e-5, np.array(lens["c"]), np.zeros(3), np.zeros(2)),
            1000,
            1002,
        )
        for name, lens in KNOWN.items()
    }


def test_human36m_is_recognised_by_names_and_lenses(cameras):
    assert is_recognised(cameras, KNOWN)
    assert not is_recognised({}, KNOWN)


def test_other_lenses_under_the_same_names_are_not(cameras):
    camera = cameras["S9", "54138969"]
    other = replace(camera, lens=replace(camera.lens, f=camera.lens.f + 3))
    assert not is_recognised({**cameras, ("S9", "54138969"): other}, KNOWN)
    assert not is_recognised({**cameras, ("S9", "1"): replace(camera, name="1")}, KNOWN)
