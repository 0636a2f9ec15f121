from __future__ import annotations

import pytest

from app.cli import output
from app.cli.output import Progress
from app.jobs.command_line import _PROGRESS


def test_lines_tell_progress_rate_and_remaining_time(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = iter([100.0, 110.0, 130.0, 140.0, 150.0])
    monkeypatch.setattr(output.time, "monotonic", lambda: next(clock))
    with Progress() as progress:
        for done in (40, 60, 100, 400):
            progress(done, 400, "segmenting")
        progress(0, 10, "fitting")
    lines = capsys.readouterr().err.splitlines()
    assert lines == [
        "segmenting: 40 of 400",  # kept from before: that counts for nothing
        "segmenting: 60 of 400, 2/s, 2:50 min left",
        "segmenting: 100 of 400, 2/s, 2:30 min left",
        "segmenting: 400 of 400",
        "fitting: 0 of 10",
    ]
    found = [_PROGRESS.match(line) for line in lines]  # as the window reads them
    told = [match and (match["done"], match["total"]) for match in found]
    assert told == [("40", "400"), ("60", "400"), ("100", "400"), ("400", "400"), ("0", "10")]
