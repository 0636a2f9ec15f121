"""``audit`` and ``flag accept-findings`` from end to end on a small studio."""

from __future__ import annotations

import io
import json

import numpy as np
from rich.console import Console

from app.cli.audit import _render
from app.cli.main import main
from core.project.finding import Finding
from core.project.project import Project
from core.project.samples import read_sample


def test_a_studio_is_audited_accepted_scored_and_undone(studio_small, project_copy, tmp_path, capsys):
    assert main(["audit", str(project_copy), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["provenance"]["estimator"] == "spin"
    assert document["provenance"]["frames"] == 224
    cells = document["cells"]
    assert len(cells) == 7 * 17
    assert [cell["ratio"] for cell in cells] == sorted((cell["ratio"] for cell in cells), reverse=True)
    for finding in document["findings"]:
        low, high = finding["interval_mm"]
        assert low <= finding["effect_mm"] <= high
        assert finding["sentence"].startswith(finding["subject"])
        assert set(finding["influence"]) >= {"joint_mm", "labels", "source"}

    with Project.open(project_copy) as project:
        # Whether so small a studio gives one by itself depends on its seed.
        template = {"kind": "subject-offset", "subject": "S5", "joint": "RAnkle", "sequence": None}
        finding = Finding("x", *template.values(), None, 40.0, (30.0, 50.0), "bad-label", "S5's ankle.")
        project.write_findings([finding])
    assert main(["flag", str(project_copy), "accept-findings", "--reviewer", "ann", "--json"]) == 0
    accepted = json.loads(capsys.readouterr().out)
    assert accepted["accepted"] == ["x"]
    assert [flag["finding"] for flag in accepted["flags"]] == ["x"]
    assert main(["flag", str(project_copy), "accept-findings", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["reviewed_before"] == 1

    exported = tmp_path / "flags.csv"
    assert main(["export", str(project_copy), "flags", "--to", str(exported)]) == 0
    with Project.open(project_copy) as project:
        assert project.flag_mask(project.rows_of("S5"))[:, 3].all()
        project.journal.undo()
        assert project.flags() == []
        assert np.all(~project.flag_mask(np.arange(10)))
    capsys.readouterr()
    assert main(["flag", str(project_copy), "import", str(exported), "--json"]) == 0
    (added,) = json.loads(capsys.readouterr().out)["added"]
    assert (added["subject"], added["joint"], added["finding"]) == ("S5", "RAnkle", "x")
    assert main(["flag", str(project_copy), "import", str(exported)]) == 0
    assert "1 were there already" in capsys.readouterr().out

    assert main(["audit", str(project_copy), "--no-influence", "--json"]) == 0
    assert "x" in [each["id"] for each in json.loads(capsys.readouterr().out)["findings"]]
    assert main(["flag", str(project_copy), "remove", added["id"]]) == 0
    capsys.readouterr()
    assert main(["audit", str(project_copy), "--no-influence", "--json"]) == 0
    assert "x" not in [each["id"] for each in json.loads(capsys.readouterr().out)["findings"]]


def test_samples_and_agreement_are_told(project_copy, capsys):
    assert main(["audit", str(project_copy), "--sample", "5", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["sample"]) == 5
    assert main(["audit", str(project_copy), "--agreement"]) == 0
    assert "not known what the audit misses" in capsys.readouterr().out
    assert main(["audit", str(project_copy), "--sample", "0"]) == 2
    with Project.open(project_copy) as project:
        keys = read_sample(project)
    assert main(["audit", str(project_copy), "--good", *keys[:3], "--bad", keys[3]]) == 0
    assert "1 of 4 sampled frames without findings have a bad label: 0.6% to 80.6%" in capsys.readouterr().out
    assert main(["audit", str(project_copy), "--bad", "S1/Nothing-1/000001"]) == 1
    assert "is not in the sample" in capsys.readouterr().err


def test_the_matrix_is_drawn_of_the_last_audit(project_copy, tmp_path, capsys):
    drawing = tmp_path / "matrix.svg"
    roundabout = project_copy / ".." / project_copy.name
    assert main(["export", str(roundabout), "matrix", "--to", str(drawing)]) == 1
    assert capsys.readouterr().err == f"jointlens: {project_copy}: has not been audited; audit it first\n"
    cells = [
        {"subject": "S5", "joint": joint, "effect_mm": 41.6, "ratio": 7.0, "left_out": True}
        for joint in ("RAnkle", "Neck")
    ]
    with Project.open(project_copy) as project:
        project.write_findings([], {"cells": cells, "run": None, "estimator": "spin", "frames": 224})
    assert main(["export", str(project_copy), "matrix", "--to", str(drawing), "--json"]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["cells"] == 2
    assert "drawing the matrix: 1 of 1" in told.err
    told = drawing.read_text()
    assert told.count("<!-- 42 -->") == 2
    assert "the estimates of spin" in told
    for suffix, begins in ((".png", b"\x89PNG"), (".pdf", b"%PDF")):
        assert main(["export", str(project_copy), "matrix", "--to", str(drawing.with_suffix(suffix))]) == 0
        assert drawing.with_suffix(suffix).read_bytes().startswith(begins)
    assert main(["export", str(project_copy), "matrix", "--to", str(tmp_path / "matrix.gif")]) == 1
    assert "unknown suffix" in capsys.readouterr().err


def test_findings_cannot_be_accepted_before_an_audit(project_copy, capsys):
    assert main(["flag", str(project_copy), "accept-findings"]) == 1
    assert "has not been audited" in capsys.readouterr().err


def test_the_id_of_a_finding_stands_whole_on_a_line_of_its_own():
    told = io.StringIO()
    name = "swap:dan:Greeting-1:all:45:45:and-more-than-eighty-columns-of-what-people-have-to-copy-from-it"
    sentence = "Left and right are swapped in dan's Greeting-1, frame 45."
    finding = Finding(
        name, "swap", "dan", None, "Greeting-1", (45, 45), 400.0, (300.0, 500.0), "bad-label", sentence
    )
    provenance = {
        "run": "mine", "tests": {"swap": 1}, "labels": 14, "frames": 1, "notes": [], "synthetic": False,
    }  # fmt: skip
    _render(Console(file=told, width=80, soft_wrap=True, highlight=False), [finding], provenance)
    assert told.getvalue().splitlines()[:2] == [f"  1. bad-label: {sentence}", f"     {name}"]
