"""Jobs are followed to their end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PyQt6.QtCore import QPoint, QRect
from PyQt6.QtWidgets import QApplication

from app.panels.jobs_panel import JobsPanel, format_seconds
from app.session.job_record import JobRecord
from app.session.session import Session

pytestmark = pytest.mark.window
Invoked = list[tuple[str, dict[str, object]]]
View = Callable[[type], Any]


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
    shown.receive_job(replace(job, done=3, elapsed=20.0, total=3))
    assert row.time.text() == "finishing"
    shown.receive_job(replace(job, done=3999, total=4000, elapsed=20.0))
    assert row.time.text() == "finishing", "not that no second is left"
    row.cancel.click()
    assert invoked == [("job.cancel", {"job": 1})]
    shown.receive_job(replace(job, status="done", message="J_spin refitted", log=("a", "b")))
    assert not row.cancel.isVisible()
    assert panel.log.toPlainText() == "1  a\n1  b"


def test_three_jobs_are_seen_at_once_in_the_lowest_window(build: View, shown: Session) -> None:
    panel = build(JobsPanel)
    panel.resize(660, 77)
    for number, status in enumerate(("done", "failed", "running"), start=1):
        message = "the file /a/long/way/from/here/that/is/of/no/use/whatever.npz cannot be read"
        shown.receive_job(
            JobRecord(number, "refit", "Measure the errors of all frames", status, message=message)
        )
    QApplication.processEvents()
    view = panel.rows[1].parentWidget().parentWidget()  # the scroll area's viewport
    for row in panel.rows.values():
        assert view.rect().contains(QRect(row.mapTo(view, QPoint(0, 0)), row.size()))
        assert row.title.width() >= 150
        assert message in row.title.toolTip()


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
