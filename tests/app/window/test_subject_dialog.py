"""Two subjects' labels side by side, chosen in the dialog and written to a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtGui import QImage
from pytestqt.qtbot import QtBot

from app.jobs.subject_matcher import measure_length
from app.panels.subject_figure import describe_likeness
from app.session.label_comparison import LabelComparison
from app.window.subject_dialog import SubjectDialog
from tests.app.window.conftest import Open

pytestmark = pytest.mark.window


@pytest.fixture
def opened(open_window: Callable[[], Open], qtbot: QtBot) -> Open:
    opened = open_window()
    opened.registry.execute("subjects.compare", {"joint": "LAnkle", "subject": "S5", "other": "S9"})
    qtbot.waitUntil(lambda: bool(compare(opened).other_rows), timeout=60_000)
    return opened


def compare(opened: Open) -> LabelComparison:
    """What is compared."""
    assert opened.session.comparison is not None
    return opened.session.comparison


def find(opened: Open) -> SubjectDialog:
    dialog = opened.window.findChild(SubjectDialog)
    assert isinstance(dialog, SubjectDialog)
    return dialog


def test_frames_of_both_subjects_are_found(opened: Open) -> None:
    dialog, keys = find(opened), opened.session.project.keys
    assert dialog.isVisible()
    assert (dialog.joint.currentText(), dialog.subject.currentText(), dialog.other.currentText()) == (
        "LAnkle",
        "S5",
        "S9",
    )
    assert {keys[row].subject for row in compare(opened).rows} == {"S5"}
    assert {keys[row].subject for row in compare(opened).other_rows} == {"S9"}


def test_the_figure_says_how_like_the_poses_are(opened: Open) -> None:
    comparison, project = compare(opened), opened.session.project
    apart = []
    for row, other in zip(comparison.rows, comparison.other_rows):
        one, two = (labels - labels[0] for labels in project.labels(np.array([row, other])))
        joints = np.arange(len(one)) != comparison.joint
        apart.append(1000 * np.linalg.norm(one - two, axis=-1)[joints].mean())
    np.testing.assert_allclose(1000 * np.array(comparison.distances), apart)
    told = describe_likeness(comparison, "S9")
    assert told.startswith(
        "S9's frames whose other labels lie nearest in the camera's frame, pelvis on pelvis"
    )
    assert told.endswith(f"{min(apart):.0f} to {max(apart):.0f} mm on average")
    assert "mm" not in describe_likeness(replace(comparison, distances=()), "S9")


def test_another_subject_is_chosen_in_its_list(opened: Open, qtbot: QtBot) -> None:
    dialog = find(opened)
    dialog.other.setCurrentText("S7")
    dialog.other.activated.emit(dialog.other.currentIndex())
    qtbot.waitUntil(lambda: compare(opened).subjects == ("S5", "S7") and bool(compare(opened).other_rows))
    keys = opened.session.project.keys
    assert {keys[row].subject for row in compare(opened).other_rows} == {"S7"}


def test_the_figure_is_written(opened: Open, qtbot: QtBot, tmp_path: Path) -> None:
    wanted = {*compare(opened).rows, *compare(opened).other_rows}
    qtbot.waitUntil(lambda: wanted <= opened.session.companions.frames.keys(), timeout=60_000)
    path = tmp_path / "ankles.png"
    opened.registry.execute("view.save", {"path": str(path), "view": "subjects"})
    image = QImage(str(path))
    assert image.width() > 2 * 230
    colors = {image.pixel(x, y) for x in range(0, image.width(), 7) for y in range(0, image.height(), 7)}
    assert len(colors) > 20
    assert opened.session.status.startswith(f"View written to {path}")


def test_the_label_is_held_against_where_the_others_put_it(opened: Open, qtbot: QtBot) -> None:
    session = opened.session
    keys = session.project.keys
    session.review.bodies = "spin"
    session.review.cells = tuple(
        {"subject": subject, "joint": "LAnkle", "effect_mm": effect, "bone": 4, "offset_mm": [0, 0, effect]}
        for subject, effect in (("S5", 60.0), ("S9", 2.0))
    )
    figure = find(opened).figure
    low = figure.sizeHint().height()
    rows = tuple(int(row) for row in keys.rows_at(keys[compare(opened).rows[0]].instant))
    joint = session.project.joint_set.index("LAnkle")
    opened.window.jobs.subjects.compare(LabelComparison(joint, ("S5", "S9"), rows))
    qtbot.waitUntil(lambda: bool(compare(opened).expected_px), timeout=60_000)
    found = compare(opened)
    assert sorted(found.rows) == sorted(rows)
    assert found.expected_px.keys() == {*found.rows, *found.other_rows}
    seen = [measure_length(session.project, row, joint, found.expected_px[row]) for row in found.rows]
    assert seen == sorted(seen, reverse=True)
    assert seen[0] > 5 * measure_length(
        session.project, found.other_rows[0], joint, found.expected_px[found.other_rows[0]]
    )
    assert figure.sizeHint().height() > low  # room for all that is told
