import json

import pytest

from app.bench import window
from app.bench.row import make_row, skip_row
from app.bench.studio import run_command
from app.bench.suite import GROUPS
from app.cli.main import main


@pytest.mark.slow
def test_a_group_prints_its_rows_with_the_machine_as_one_document():
    document = json.loads(run_command("bench", "silhouette", "--json"))
    assert document["machine"]["cores"] >= 1
    rows = {row["name"]: row for row in document["rows"]}
    assert {"silhouette_b8_ms", "peak_memory_mb"} <= rows.keys()
    row = rows["silhouette_b8_ms"]
    assert row.keys() == {"name", "value", "unit", "target", "holds", "runs", "note"}
    assert row["runs"] > 1
    assert row["holds"] == (row["value"] <= row["target"])
    assert rows["peak_memory_mb"]["holds"] is None


def test_an_unknown_group_is_refused_with_those_there_are(capsys):
    assert main(["bench", "nothing"]) == 1
    error = capsys.readouterr().err
    assert all(group in error for group in GROUPS)


@pytest.mark.parametrize(("more", "holds"), [(False, True), (True, False)])
def test_the_median_decides_whether_a_target_is_met(more, holds):
    row = make_row("x", [1.0, 9.0, 2.0], "s", target=3.0, more_is_better=more)
    assert (row.value, row.holds, row.runs) == (2.0, holds, 3)


def test_what_cannot_be_measured_is_empty_and_says_why():
    row = skip_row("x", "s", "there is no card", target=1.0)
    assert (row.value, row.holds, row.runs) == (None, None, 0)
    assert "there is no card" in row.note


def test_a_window_that_takes_too_long_is_ended_and_its_rows_say_so(monkeypatch, tmp_path):
    monkeypatch.setattr(window, "find_display", list)
    monkeypatch.setattr(window, "make_project", lambda directory, *, size: tmp_path)
    monkeypatch.setattr(window, "_LONGEST", 0.05)
    rows = window.measure_window(lambda *_: None)
    assert {row.name for row in rows} == set(window._ROWS)
    assert all(row.value is None and "more than 0.05 s" in row.note for row in rows)


def test_a_window_that_fails_leaves_its_last_words(monkeypatch, tmp_path):
    monkeypatch.setattr(window, "find_display", list)
    monkeypatch.setattr(window, "make_project", lambda directory, *, size: tmp_path / "nothing")
    rows = window.measure_window(lambda *_: None)
    assert all(row.value is None and "nothing" in row.note for row in rows)
