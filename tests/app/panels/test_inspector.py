"""What is told of the joint under the pointer."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from app.panels.inspector import Inspector, describe_offset
from app.session.frame_data import FrameData
from app.session.session import Session
from core.project.flags import Flag

pytestmark = pytest.mark.window
Invoked = list[tuple[str, dict[str, object]]]
View = Callable[[type], object]


def test_the_inspector_tells_of_the_joint_under_the_pointer_and_then_of_the_selected_one(
    build: View, shown: Session, frame: FrameData
) -> None:
    panel = build(Inspector)
    shown.select_joint(3)
    panel.point_at("J_std", 6)
    assert panel.title.text() == "LAnkle"
    assert f"{frame.errors_mm['J_std'][6]:.1f}" in panel.figures.text()
    assert panel.offset.text().startswith("J_std lies ")
    assert panel.offset.text().endswith("in the camera's frame with the pelvises in one place.")
    assert "px; in the camera's frame " in panel.place.text()
    assert panel.minimumSizeHint().width() <= 284  # the narrowest dock
    assert describe_offset(np.array([-17.2, -28.0, 8.4])) == "17 mm left of, 28 mm above and 8 mm behind"
    assert describe_offset(np.array([0.1, 2.6, 0.0])) == "3 mm below"
    assert describe_offset(np.zeros(3)) == "on"
    panel.point_at(None)
    assert panel.title.text() == "RAnkle"


def test_the_inspector_quotes_the_flags_of_a_label(build: View, shown: Session) -> None:
    panel = build(Inspector)
    shown.flags = (Flag(shown.key.subject, "RAnkle", reason="too far back"),)
    shown.select_joint(3)
    assert "too far back" in panel.flags.text()
    shown.select_joint(6)
    assert panel.flags.text() == "Not flagged."
