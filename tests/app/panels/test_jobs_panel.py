"""Jobs are followed to their end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from app.panels.jobs_panel import JobsPanel, format_seconds
from app.session.job_record import JobRecord
from app.session.session import Session

pytestmark = pytest.mark.window
Invoked = list[tuple[str, dict[str, object]]]
View = Callable[[type], object]


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
