from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtCore import QModelIndex, Qt

from app.panels.flag_table import describe_scope
from app.panels.flags_panel import FRAME, SEQUENCE, FlagsPanel
from app.panels.frame_tree import FrameTree
from app.panels.inspector import Inspector, describe_offset
from app.panels.jobs_panel import JobsPanel, format_seconds
from app.panels.regressors_panel import RegressorsPanel
from app.session.changes import Change
from app.session.frame_data import FrameData
from app.session.job_record import JobRecord
from app.session.session import Session
from core.project.flags import Flag
from core.project.regressor_store import RegressorVersion

pytestmark = pytest.mark.window

Invoked = list[tuple[str, dict[str, object]]]
View = Callable[[type], object]


# Tree


def find_texts(panel: FrameTree, parent: QModelIndex | None = None) -> list[str]:
    model = panel.view.model()
    parent = parent or QModelIndex()
    texts = []
    for row in range(model.rowCount(parent)):
        index = model.index(row, 0, parent)
        texts += [index.data(), *find_texts(panel, index)]
    return texts


def test_the_tree_shows_every_shot_once(build: View, shown: Session) -> None:
    panel = build(FrameTree)
    shots = shown.project.keys.shots
    actions = {(shot.subject, shot.action) for shot in shots}
    assert len(find_texts(panel)) == len(shots) + len(actions) + len(shown.project.keys.subjects)


def test_the_filter_leaves_what_contains_it(build: View) -> None:
    panel = build(FrameTree)
    panel.filter_box.setText("S11")
    texts = find_texts(panel)
    assert texts[0] == "S11"
    assert "S1" not in texts
    assert "54138969" in texts


def test_a_click_on_a_camera_goes_to_the_same_frame_there(
    build: View, shown: Session, invoked: Invoked
) -> None:
    panel = build(FrameTree)
    key = shown.key
    path = (key.subject, key.action, "60457274")
    index = panel._proxy.mapFromSource(panel._items[path][0].index())
    panel.view.clicked.emit(index)
    assert invoked == [("frame.go", {"key": f"{key.subject}/{key.action}/60457274/{key.frame:06d}"})]


def test_flags_are_counted_on_subject_and_action(build: View, shown: Session) -> None:
    shown.flags = (Flag("S5", "RAnkle"), Flag("S5", "LWrist", action="Walking-2"))
    counts = build(FrameTree).count_flags()
    assert counts[("S5",)] == 2
    assert counts[("S5", "Walking-2")] == 1


# Regressors


def test_errors_of_the_shown_frame_fill_the_table(build: View, frame: FrameData) -> None:
    panel = build(RegressorsPanel)
    table = panel.model
    assert table.headerData(3, Qt.Orientation.Vertical) == "RAnkle"
    assert table.headerData(0, Qt.Orientation.Horizontal) == "J_std"
    # An error of three digits is written without decimals, which a narrow column would cut off.
    assert frame.errors_mm["J_std"][3] > 100
    assert table.data(table.index(3, 0)) == f"{frame.errors_mm['J_std'][3]:.0f}"
    assert table.data(table.index(17, 0)) == f"{np.nanmean(frame.errors_mm['J_std']):.1f}"
    panel.units.buttons()[1].click()
    assert table.data(table.index(3, 0)) == f"{frame.errors_px['J_std'][3]:.1f}"


def test_regressors_are_shown_painted_and_refitted_by_commands(
    build: View, shown: Session, invoked: Invoked
) -> None:
    shown.select_joint(3)
    panel = build(RegressorsPanel)
    panel.eyes["J_std"].click()
    panel.brushes["J_std"].click()
    panel.name.setCurrentText("J_mine")
    panel.refit.setEnabled(True)  # the project of this test is read-only
    panel.refit.click()
    assert invoked == [
        ("regressor.show", {"name": "J_std", "shown": False}),
        ("regressor.paint", {"name": "J_std", "joint": "RAnkle", "minus": None}),
        ("regressor.refit", {"source": "initial", "name": "J_mine"}),
    ]


def test_a_version_is_accepted_from_its_menu(build: View, shown: Session, invoked: Invoked) -> None:
    shown.versions["J_std"] = tuple(
        RegressorVersion("J_std", number, "2026-01-02T03:04:05+00:00", number == 1) for number in (1, 2)
    )
    button = build(RegressorsPanel).versions["J_std"]
    assert button.text() == "v1 of 2"
    assert "version 2 is newer, and not accepted" in button.toolTip()
    menu = button.menu()
    assert menu is not None
    menu.aboutToShow.emit()
    newest, accepted, _line, always = menu.actions()
    assert (accepted.isChecked(), newest.isChecked(), always.isChecked()) == (True, False, False)
    for action in (newest, always):
        action.setEnabled(True)  # the project is open read-only
        action.trigger()
    assert invoked == [
        ("regressor.accept", {"name": "J_std", "version": 2}),
        ("regressor.withdraw", {"name": "J_std"}),
    ]
    shown.versions["J_std"] = shown.versions["J_std"][1:]
    shown.changed.emit(Change.REGRESSORS)
    assert button.text() == "v2"


def test_a_read_only_project_offers_no_edit(build: View) -> None:
    assert not build(RegressorsPanel).refit.isEnabled()
    assert not build(FlagsPanel).flag.isEnabled()


# Labels


def test_the_form_flags_the_selected_joint_in_the_chosen_scope(
    build: View, shown: Session, invoked: Invoked
) -> None:
    panel = build(FlagsPanel)
    shown.select_joint(3)
    key = shown.key
    for scope in (0, SEQUENCE, FRAME):
        panel.scope.setCurrentIndex(scope)
        panel.reason.setText("too far back ")
        panel.flag.setEnabled(True)  # the project is open read-only
        panel.flag.click()
    whose = {"subject": key.subject, "joint": "RAnkle", "reason": "too far back"}
    assert invoked == [
        ("label.flag", whose),
        ("label.flag", {**whose, "action": key.action}),
        ("label.flag", {**whose, "action": key.action, "frames": [key.frame, key.frame]}),
    ]
    assert panel.reason.text() == ""


def test_flags_are_listed_newest_first_and_taken_away(build: View, shown: Session, invoked: Invoked) -> None:
    shown.flags = (Flag("S5", "RAnkle", id="F1"), Flag("S1", "LWrist", reason="hidden", id="F2"))
    panel = build(FlagsPanel)
    assert panel.model.flag_at(0).id == "F2"
    assert "hidden" in panel.model.data(panel.model.index(0, 1))
    panel.table.selectRow(1)
    panel.unflag.setEnabled(True)
    panel.unflag.click()
    assert invoked == [("label.unflag", {"id": "F1"})]


def test_a_double_click_goes_to_what_is_flagged(build: View, shown: Session, invoked: Invoked) -> None:
    shown.flags = (Flag("S5", "RAnkle", id="F1"),)
    panel = build(FlagsPanel)
    panel.table.doubleClicked.emit(panel.model.index(0, 0))
    assert invoked == [("flag.go", {"id": "F1"})]


def test_without_flags_the_list_says_how_to_make_one(build: View) -> None:
    assert build(FlagsPanel).empty.isVisible()


@pytest.mark.parametrize(
    ("flag", "words"),
    [
        (Flag("S5", "RAnkle"), "S5, all actions"),
        (Flag("S5", "RAnkle", action="Walking-1"), "S5 Walking-1"),
        (Flag("S5", "RAnkle", action="Walking-1", frames=(3, 17)), "S5 Walking-1, frames 3-17"),
        (Flag("S5", "RAnkle", action="Walking-1", frames=(3, 3)), "S5 Walking-1, frame 3"),
    ],
)
def test_a_flags_scope_in_words(flag: Flag, words: str) -> None:
    assert describe_scope(flag) == words


# Inspector


def test_the_inspector_tells_of_the_joint_under_the_pointer_and_then_of_the_selected_one(
    build: View, shown: Session, frame: FrameData
) -> None:
    panel = build(Inspector)
    shown.select_joint(3)
    panel.point_at("J_std", 6)
    assert panel.title.text() == "LAnkle"
    assert f"{frame.errors_mm['J_std'][6]:.1f}" in panel.figures.text()
    assert panel.offset.text().startswith("J_std lies ")
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


# Jobs


def test_a_jobs_row_follows_it_to_its_end(build: View, shown: Session, invoked: Invoked) -> None:
    panel = build(JobsPanel)
    assert panel.empty.isVisible()
    job = JobRecord(
        1, "refit", "Refit J_spin", "running", done=1, total=4, message="fitting", started=0.0, elapsed=20.0
    )
    shown.receive_job(job)
    row = panel.rows[1]
    assert row.time.text() == "1:00 min left"
    assert "1 of 4" in row.message.toolTip()
    row.cancel.click()
    assert invoked == [("job.cancel", {"job": 1})]
    shown.receive_job(replace(job, status="done", message="J_spin refitted", log=("a", "b")))
    assert not row.cancel.isVisible()
    assert panel.log.toPlainText() == "1  a\n1  b"


def test_of_jobs_that_are_over_the_last_ones_are_listed(build: View, shown: Session) -> None:
    panel = build(JobsPanel)
    shown.receive_job(JobRecord(1, "optimize", "Run paper", "interrupted", run="paper"))
    for number in range(2, 100):
        shown.receive_job(JobRecord(number, "pictures", "Draw pictures", "done", background=True))
    listed = sorted(panel.rows)
    assert listed[0] == 1, "it can be gone on with"
    assert listed[-1] == 99
    assert 10 < len(listed) < 60


@pytest.mark.parametrize(("seconds", "words"), [(7.6, "8 s"), (125, "2:05 min"), (3725, "1:02 h")])
def test_seconds_in_words(seconds: float, words: str) -> None:
    assert format_seconds(seconds) == words
