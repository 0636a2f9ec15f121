import json

import pytest
from cyclopts import CycloptsError

from app.cli.main import main
from app.cli.refit import refit


def test_refit_optimize_and_evaluate_one_after_the_other(project_copy, run_json, capsys):
    project = str(project_copy)
    fitted = run_json("refit", project, "--source", "initial", "--name", "J_spin")
    assert (fitted["regressor"], fitted["bodies"], fitted["labels_excluded"]) == ("J_spin", 160, 0)
    descended = run_json("refit", project, "--source", "initial", "--name", "J_adam", "--solver", "adam")
    assert descended["solver"] == "adam"
    assert descended["mean_residual_mm"] > fitted["mean_residual_mm"]

    main(["flag", project, "add", "--subject", "S5", "--joint", "RAnkle", "--reason", "test"])
    capsys.readouterr()
    assert main(["refit", project, "--name", "J_spin", "--compare"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "Without the flagged labels the right ankle moves by" in told
    assert "the unflagged labels of four subjects (95% interval" in told
    with pytest.raises(CycloptsError, match="leave --include-flagged out"):
        refit(project_copy, name="J", compare=True, include_flagged=True)
    main(["flag", project, "remove", "F1"])
    capsys.readouterr()

    chosen = ("--frames", "S1/*/54138969/*", "--terms", "joint,initial_pose")
    run = run_json("optimize", project, "--run", "mine", *chosen)
    assert (run["state"], run["bodies"]) == ("done", 8)
    assert [name for name, term in run["settings"]["terms"].items() if term["on"]] == [
        "joint",
        "initial_pose",
    ]

    shared = run_json("optimize", project, "--run", "ours", "--views", "4", "--frames", "S1/*1")
    assert (shared["state"], shared["settings"]["views"]) == ("done", 4)

    document = run_json("evaluate", project)
    table = document["tables"]["paper"]["spin"]
    assert set(table) == {"J_std", "J_spin", "J_adam"}
    assert table["J_spin"]["mpjpe_mm"] < table["J_std"]["mpjpe_mm"]
    differences = document["details"]["paper"]["intervals"]["differences_to"]["J_std"]["spin"]
    assert differences["J_spin"]["mpjpe_mm"]["value"] == pytest.approx(
        table["J_spin"]["mpjpe_mm"] - table["J_std"]["mpjpe_mm"]
    )

    assert main(["evaluate", project, "--protocol", "all", "--actions"]) == 0
    printed = capsys.readouterr().out
    for words in ("17 joints", "14 joints", "middle between both hips", "minus J_std", "spin by action"):
        assert words in printed


def test_flagged_labels_count_in_the_table_only_where_that_is_asked_for(project_copy, run_json):
    project = str(project_copy)
    before = run_json("evaluate", project)["tables"]
    run_json("flag", project, "add", "--subject", "S9", "--joint", "LWrist", "--reason", "slid")
    without = run_json("evaluate", project)
    assert without["tables"] != before
    assert any(note.endswith("flagged labels are left out.") for note in without["notes"])
    everything = run_json("evaluate", project, "--include-flagged")
    assert everything["tables"] == before
    assert "Flagged labels count as well; flags that stand: 1." in everything["notes"]


def test_a_run_is_not_overwritten_by_mistake(project_copy, capsys):
    words = [
        "optimize",
        str(project_copy),
        "--run",
        "mine",
        "--regressor",
        "J_std",
        "--terms",
        "initial_pose",
    ]
    words += ["--frames", "S1/*/54138969/*"]
    assert main(words) == 0
    assert main(words) == 1
    assert "already" in capsys.readouterr().err
    assert main([*words, "--resume"]) == 0
    capsys.readouterr()
    assert main([*words, "--resume", "--include-flagged"]) == 1
    assert "was started without the flagged labels" in capsys.readouterr().err
    words[words.index("mine")] = "with_them"
    assert main([*words, "--include-flagged", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["details"]["include_flagged"] is True


def test_impossible_wishes_get_one_line(project_small, capsys):
    for words, complaint in (
        (["optimize", str(project_small), "--run", "x", "--preset", "best"], "is no preset"),
        (["optimize", str(project_small), "--run", "x", "--terms", "shading"], "is no term"),
        (["optimize", str(project_small), "--run", "x", "--frames", "S2/*"], "matches no frame"),
        (["refit", str(project_small), "--source", "nobody", "--name", "J"], "no estimator or run"),
        (["evaluate", str(project_small), "--protocol", "mine"], "is no protocol"),
        (["reproduce", str(project_small), "--presets", "4v"], "expected one or more"),
    ):
        assert main(words) == 1
        lines = [line for line in capsys.readouterr().err.splitlines() if line.startswith("jointlens:")]
        assert len(lines) == 1
        assert complaint in lines[0]
