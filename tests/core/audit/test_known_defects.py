"""Human3.6M is recognised by its cameras, and nothing else is."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from core.audit.known_defects import is_recognised, list_known_findings
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


def test_shifted_sequences_are_known_of_human36m_alone(cameras):
    def list_of(**changes):
        project = SimpleNamespace(
            synthetic=False,
            cameras=cameras,
            keys=[f"S9/Greeting-2/54138969/{number:06d}" for number in range(1, 9)],
            rows_of=lambda subject, sequence: np.arange(
                8 if (subject, sequence) == ("S9", "Greeting-2") else 0
            ),
        )
        project.__dict__.update(changes)
        return list_known_findings(project)

    findings, notes = list_of()
    assert [(found.subject, found.sequence, found.verdict) for found in findings] == [
        ("S9", "Greeting-2", "bad-label")
    ]
    assert notes
    assert list_of(synthetic=True) == ([], [])  # a studio with Human3.6M's lenses


@pytest.mark.parametrize(
    ("there", "bad"),
    [
        (
            ("Greeting-1", "Greeting-2", "SittingDown-1", "SittingDown-2", "Waiting-1", "Waiting-2"),
            ["Greeting-2", "SittingDown-2", "Waiting-1"],
        ),
        (
            ("Greeting", "Greeting-1", "SittingDown", "SittingDown-1", "Waiting", "Waiting-1"),
            ["Greeting", "SittingDown-1", "Waiting-1"],
        ),
    ],
)
def test_the_three_shifted_sequences_go_by_either_numbering(cameras, there, bad):
    keys = [f"S9/{sequence}/54138969/{number:06d}" for sequence in there for number in range(1, 9)]
    project = SimpleNamespace(
        synthetic=False,
        cameras=cameras,
        keys=keys,
        rows_of=lambda subject, sequence: np.array(
            [row for row, key in enumerate(keys) if key.startswith(f"{subject}/{sequence}/")]
        ),
    )
    assert [finding.sequence for finding in list_known_findings(project)[0]] == bad
