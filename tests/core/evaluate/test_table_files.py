"""Tables become CSV and LaTeX that say the same as the document."""

import csv
import io
from dataclasses import replace

import pytest

from core.errors import SettingsError
from core.evaluate.counted_frames import list_protocols
from core.evaluate.table import make_tables
from core.evaluate.table_files import format_csv, format_latex, write_tables
from core.project.project import Project


@pytest.fixture(scope="module")
def tables(project_small):
    with Project.open(project_small, read_only=True) as project:
        yield make_tables(project, list_protocols(project))


def test_every_protocol_of_the_field_is_there_with_both_roots(tables):
    assert list(tables) == [
        "paper", "paper-mid-hips", "spin-p1", "spin-p1-mid-hips", "spin-p2", "spin-p2-mid-hips",
        "mks-p2", "mks-p2-mid-hips",
    ]  # fmt: skip


def test_the_csv_has_every_figure_with_its_interval(tables):
    rows = list(csv.DictReader(io.StringIO(format_csv(tables))))
    wanted = {"protocol": "spin-p1", "estimates": "vibe", "regressor": "J_std", "part": "all"}
    row = next(row for row in rows if wanted.items() <= row.items())
    cell = tables["spin-p1"].cells["vibe"]["J_std"]
    assert float(row["mpjpe_mm"]) == pytest.approx(cell.mpjpe_mm, abs=1e-3)
    assert float(row["pa_mpjpe_high"]) == pytest.approx(cell.pa_mpjpe.high, abs=1e-3)
    assert int(row["bodies"]) == tables["spin-p1"].bodies["vibe"]
    parts = {row["part"] for row in rows}
    assert {"all", "S9", "S11", *tables["paper"].actions["spin"].cells} == parts


def test_the_latex_is_one_table_i_and_two_by_action(tables):
    text = format_latex({"paper": tables["paper"]})
    assert text.count(r"\begin{table}") == 3
    cell = tables["paper"].cells["spin"]["J_std"]
    assert rf"spin & {cell.mpjpe_mm:.1f} / {cell.pa_mpjpe_mm:.1f}" in text
    assert r"J\_std" in text
    assert "J_std" not in text
    assert text.startswith("% Needs \\usepackage{booktabs}.\n% Made from project ")
    for label in ("tab:paper", "tab:paper-mpjpe-by-action", "tab:paper-pa-mpjpe-by-action"):
        assert rf"\label{{{label}}}" in text
    captions = [line for line in text.splitlines() if line.startswith(r"\caption")]
    assert ["relative to" in caption for caption in captions] == [True, True, False]
    assert "ynthetic studio" in text
    header = next(line for line in text.splitlines() if line.endswith(r"& Avg. \\"))
    spoken = header.removesuffix(r" \\").split(" & ")
    papers = ["Dir.", "Disc.", "Eat", "Greet", "Phone", "Photo", "Pose", "Purch.", "Sit", "SitD.", "Smoke"]
    known = [name for name in spoken if name in papers]
    assert known == sorted(known, key=papers.index)
    averages = [
        line.split("& ")[-1].removesuffix(r" \\")
        for line in text.splitlines()
        if line.startswith(r"spin, J\_std &")
    ]
    assert averages == [f"{mean:.1f}" for mean in tables["paper"].actions["spin"].mean["J_std"]]


def test_other_suffixes_are_refused(tables, tmp_path):
    with pytest.raises(SettingsError, match=r"\.csv or \.tex"):
        write_tables(tables, tmp_path / "t.xlsx")
    write_tables(tables, tmp_path / "t.tex")
    assert [path.name for path in tmp_path.iterdir()] == ["t.tex"]


def test_a_difference_is_shown_from_one_side_only(tables):
    cells = {"spin": {"J_std": 1, "J_spin": 2, "J_opt": 3}}

    def leave_out(name):
        return {"spin": {other: cell for other, cell in cells["spin"].items() if other != name}}

    table = replace(tables["paper"], differences={name: leave_out(name) for name in ("J_std", "J_spin")})
    shown = {name: list(told["spin"]) for name, told in table.distinct_differences.items()}
    assert shown == {"J_std": ["J_spin", "J_opt"], "J_spin": ["J_opt"]}
    del cells["spin"]["J_opt"]
    table = replace(tables["paper"], differences={name: leave_out(name) for name in ("J_std", "J_spin")})
    assert list(table.distinct_differences) == ["J_std"]
