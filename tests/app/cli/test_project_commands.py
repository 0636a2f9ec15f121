"""Import, flags, exports and regressor files on the command line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.cli.main import main
from core.joints import LEFT_FIRST_TO_RIGHT_FIRST

RunJson = Callable[..., dict[str, Any]]


def expect_failure(capsys: pytest.CaptureFixture[str], code: int, message: str, *words: object) -> None:
    capsys.readouterr()
    assert main([*map(str, words)]) == code
    captured = capsys.readouterr()
    assert message in captured.err
    assert captured.out == ""


def test_a_data_set_is_imported(
    studio_small: Path,
    tmp_path: Path,
    run_json: RunJson,
    capsys: pytest.CaptureFixture[str],
) -> None:
    data = studio_small / "dataset"
    spin = data / "estimates" / "spin.npz"
    found = run_json(
        "import", tmp_path / "p", "--dataset", data, "--format", "h36m-fetch",
        "--body", data / "body" / "SMPL_NEUTRAL.npz", "--estimates", f"spin={spin}", f"vibe={spin}",
        "--regressor", f"J_std={data / 'J_regressor_h36m.npy'}",
    )  # fmt: skip
    assert found["synthetic"]
    assert found["frames"] == 7 * 2 * 4 * 4
    assert found["estimates"] == {"spin": found["frames"], "vibe": found["frames"]}
    assert found["placed"] == found["estimates"]
    assert found["regressors"]["J_std"]["order_in_file"] == "left-first"
    added = run_json("import", tmp_path / "p", "--estimates", f"meva={spin}")
    assert added["estimates"] == {"meva": found["frames"]}
    expect_failure(
        capsys, 1, "is a project already", "import", tmp_path / "p", "--dataset", data, "--body", spin
    )


def test_test_subjects_are_named_after_the_import(
    run_json: Callable[..., dict[str, Any]], project_copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = run_json("import", project_copy, "--test-subjects", "S1, S5")
    assert changed["test_subjects"] == ["S1", "S5"]
    counted = run_json("evaluate", project_copy)["details"]["paper"]["subjects"]["spin"]["parts"]
    assert set(counted) == {"S1", "S5"}
    expect_failure(
        capsys, 1, "leave some", "import", project_copy, "--test-subjects", "S1,S5,S6,S7,S8,S9,S11"
    )
    assert main(["import", str(project_copy), "--test-subjects", ""]) == 0
    assert capsys.readouterr().out.startswith(f"Test subjects of {project_copy}: S9, S11.")


def test_import_says_what_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    expect_failure(capsys, 2, "--body is missing", "import", tmp_path / "p", "--dataset", tmp_path)
    expect_failure(capsys, 2, "expected NAME=FILE", "import", tmp_path / "p", "--estimates", "spin.npz")
    expect_failure(capsys, 2, "nothing to import", "import", tmp_path / "p")
    assert not (tmp_path / "p").exists()


def test_flags_are_added_listed_and_removed(project_copy: Path, run_json: RunJson) -> None:
    added = run_json(
        "flag",
        project_copy,
        "add",
        "--subject",
        "S5",
        "--joint",
        "RAnkle",
        "--reason",
        "off in all actions",
    )
    assert added["flag"]["id"] == "F1"
    assert added["labels"] == 2 * 4 * 4
    listed = run_json("flag", project_copy, "list")
    assert [flag["joint"] for flag in listed["flags"]] == ["RAnkle"]
    assert listed["flags"][0]["reason"] == "off in all actions"
    run_json("flag", project_copy, "remove", "F1")
    assert run_json("flag", project_copy, "list") == {"flags": [], "journal_position": 2}


def test_a_flag_needs_to_be_told_of_what(project_copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add = ("flag", project_copy, "add", "--joint", "RAnkle", "--reason", "r")
    expect_failure(capsys, 2, "add needs --subject", *add)
    expect_failure(capsys, 2, "expected FIRST:LAST", *add, "--subject", "S5", "--frames", "9:3")
    expect_failure(capsys, 2, "is not of --subject S5", *add, "--subject", "S5", "--sequence", "S1/Walking-1")
    expect_failure(capsys, 1, "there is nothing to flag", *add, "--subject", "S99")
    expect_failure(capsys, 2, "remove needs the ID", "flag", project_copy, "remove")
    expect_failure(capsys, 1, "'F1' is no flag of the project", "flag", project_copy, "remove", "F1")


def test_regressors_bodies_and_flags_are_exported(
    project_small: Path,
    tmp_path: Path,
    run_json: RunJson,
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = run_json("export", project_small, "regressor", "--name", "J_std", "--to", tmp_path / "j.npy")
    assert told["shape"] == [17, 6890]
    weights = np.load(tmp_path / "j.npy", allow_pickle=False)
    np.testing.assert_allclose(weights.sum(axis=1), 1)
    beside = json.loads((tmp_path / "j.npy.json").read_text())
    assert beside["provenance"]["exported"]["project"] == told["provenance"]["project"]
    told = run_json("export", project_small, "bodies", "--source", "spin", "--to", tmp_path / "b.npz")
    assert told["bodies"] == len(np.load(tmp_path / "b.npz")["frame"])
    assert main(["export", str(project_small), "bodies", "--to", str(tmp_path / "b.npz")]) == 0
    assert "bodies of spin (initial; no run has finished)" in capsys.readouterr().out
    assert run_json("export", project_small, "flags", "--to", tmp_path / "f.csv")["flags"] == 0
    assert "journal_position" in json.loads((tmp_path / "f.csv.json").read_text())["provenance"]
    expect_failure(
        capsys, 1, "run optimize first", "export", project_small, "figures", "--to", tmp_path / "figures"
    )
    expect_failure(
        capsys, 2, "needs --name", "export", project_small, "regressor", "--to", tmp_path / "k.npy"
    )
    expect_failure(
        capsys,
        1,
        "J_x is no regressor",
        "export",
        project_small,
        "regressor",
        "--name",
        "J_x",
        "--to",
        tmp_path / "k.npy",
    )


def test_a_regressor_file_is_looked_over(
    studio_small: Path, run_json: RunJson, capsys: pytest.CaptureFixture[str]
) -> None:
    file, body = (
        studio_small / "dataset" / "J_regressor_h36m.npy",
        studio_small / "dataset" / "body" / "SMPL_NEUTRAL.pkl",
    )
    for words in ((), ("--body", body)):
        report = run_json("regressor", "lint", file, *words)
        assert report["order"] == "left-first"
        assert report["negative_weights"] == 0
        assert not report["needs_normalising"]
        assert len(report["row_sums"]) == 17
    assert main(["regressor", "lint", str(file)]) == 0
    assert "left-first" in capsys.readouterr().out


def test_two_regressor_files_are_compared_whichever_leg_comes_first(
    studio_small: Path,
    tmp_path: Path,
    run_json: RunJson,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = studio_small / "dataset" / "J_regressor_h36m.npy"
    np.save(tmp_path / "right.npy", np.load(file)[list(LEFT_FIRST_TO_RIGHT_FIRST)])
    report = run_json("regressor", "diff", file, tmp_path / "right.npy")
    assert report["identical"]
    assert report["mean_moved_weight"] == 0
    expect_failure(capsys, 1, "no such file", "regressor", "diff", file, tmp_path / "gone.npy")


def test_a_version_of_a_regressor_is_accepted_and_withdrawn(
    project_copy: Path, run_json: RunJson, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run_json("refit", project_copy, "--name", "J_spin")
    assert run_json("regressor", "accept", project_copy, "J_spin")["accepted"] == 1
    fitted = run_json("refit", project_copy, "--name", "J_spin", "--include-flagged")
    assert (fitted["version"], fitted["accepted"]) == (2, 1)
    versions = run_json("regressor", "list", project_copy)["regressors"]["J_spin"]
    assert [(known["version"], known["accepted"]) for known in versions] == [(1, True), (2, False)]
    fitted = ["fitted with no label flagged", "fitted with flagged labels left in"]
    assert [known["fitted"] for known in versions] == fitted
    words = ("--subject", "S5", "--joint", "RAnkle", "--reason", "slid")
    assert main(["flag", str(project_copy), "add", *words]) == 0
    versions = run_json("regressor", "list", project_copy)["regressors"]["J_spin"]
    assert [known["flags_changed"] for known in versions] == [True, False]
    assert versions[0]["fitted"].endswith("flags have changed since: S5 RAnkle flagged now")
    run_json("export", project_copy, "regressor", "--name", "J_spin", "--to", tmp_path / "J.npy")
    assert json.loads((tmp_path / "J.npy.json").read_text())["provenance"]["version"] == 1
    assert run_json("regressor", "accept", project_copy, "J_spin", "2")["accepted"] == 2
    assert run_json("regressor", "accept", project_copy, "J_spin", "--withdraw")["accepted"] is None
    expect_failure(capsys, 1, "no version 9", "regressor", "accept", project_copy, "J_spin", "9")
    expect_failure(
        capsys, 2, "leave the version out", "regressor", "accept", project_copy, "J_spin", "1", "--withdraw"
    )


def test_what_people_copy_from_tables_is_whole(
    project_copy: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    reason = "the-marker-of-this-ankle-slid-down-its-shin-before-the-recording-began"
    words = ("--subject", "S5", "--joint", "RAnkle", "--sequence", "Posing-1", "--frames", "1:1")
    assert main(["flag", str(project_copy), "add", *words, "--reason", reason]) == 0
    assert "S5/Posing-1 RAnkle, frame 1," in capsys.readouterr().out
    assert main(["flag", str(project_copy), "list"]) == 0
    told = capsys.readouterr().out
    assert "\N{HORIZONTAL ELLIPSIS}" not in told
    assert "F1 " in told
    assert main(["regressor", "list", str(project_copy)]) == 0
    told = capsys.readouterr().out
    assert "J_std" in told
    assert re.search(r" 20\d\d-\d\d-\d\d \d\d:\d\d ", told)
