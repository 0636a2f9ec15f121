from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.cli.checks import packages, window
from app.cli.checks.check import Check
from app.cli.checks.devices import find_obstacle
from app.cli.checks.files import check_body, check_project
from app.cli.checks.window import judge_graphics
from app.cli.main import main
from core.project.project import Project
from core.resources import resource_path


def test_what_is_missing_decides_the_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told: list[Check] = [Check("sound", "optional", "none", "listen")]
    monkeypatch.setattr("app.cli.doctor.run_checks", lambda project, body: iter(told))
    assert main(["doctor"]) == 0
    told.append(Check("light", "missing", "[dark]", "open the window"))
    assert main(["doctor"]) == 1
    shown = capsys.readouterr().out
    assert "light: [dark]" in shown
    assert "-> open the window" in shown
    assert "Missing or broken: light." in shown


def test_every_required_package_is_looked_for_by_its_own_metadata() -> None:
    names = packages.find_requirements()
    assert {"torch", "numpy", "PyQt6", "zarr", "cyclopts", "scipy"} <= set(names)
    assert "ruff" not in names


def test_a_package_that_is_not_there_has_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "find_requirements", lambda: ["no-such-package"])
    (check,) = (check for check in packages.check_installation() if check.state == "missing")
    assert check.name == "no-such-package"
    assert "pip install" in check.remedy


@pytest.mark.parametrize(
    ("facts", "found", "remedy"),
    [
        ({"cards": 1, "cuda_build": False, "driver": True}, "built without CUDA", "CUDA build"),
        ({"cards": 1, "cuda_build": True, "driver": True}, "though the driver lists a card", "update"),
        ({"cards": 0, "cuda_build": True, "driver": True}, "lists no card", "nvidia-smi"),
        ({"cards": 0, "cuda_build": False, "driver": False}, "no NVIDIA driver", ""),
    ],
)
def test_a_card_that_cannot_be_used_says_why(facts: dict[str, Any], found: str, remedy: str) -> None:
    told = find_obstacle(**facts)
    assert found in told[0]
    assert remedy in told[1]


@pytest.mark.parametrize(
    ("answer", "status", "state", "words"),
    [
        ("NVIDIA H200|False\n", 0, "ok", "NVIDIA H200"),
        ("llvmpipe (LLVM 15)|True\n", 0, "optional", "the processor draws"),
        ("|False\n", 0, "missing", "no context"),
        ("", -6, "missing", "could not connect"),
    ],
)
def test_what_opengl_answers_is_judged(answer: str, status: int, state: str, words: str) -> None:
    check = judge_graphics(answer, status, "qt.qpa.xcb: could not connect to display")
    assert check.state == state
    assert words in check.found


def test_absent_libraries_name_the_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window, "find_missing_libraries", lambda: ["libxcb-cursor.so.0"])
    (check,) = window.check_window()
    assert check.state == "missing"
    assert "libxcb-cursor0" in check.remedy


def test_a_body_model_is_looked_over(tmp_path: Path) -> None:
    (absent,) = check_body(None)
    assert (absent.state, "smpl.is.tue.mpg.de" in absent.remedy) == ("optional", True)
    (good,) = check_body(resource_path("demo_body.npz"))
    assert (good.state, "6890 vertices" in good.found) == ("ok", True)
    damaged = tmp_path / "SMPL.pkl"
    damaged.write_bytes(b"not a pickle")
    (bad,) = check_body(damaged)
    assert bad.state == "missing"
    assert str(damaged) in bad.found


def test_a_project_whose_data_set_has_moved_is_told(project_small: Path, tmp_path: Path) -> None:
    checks = {check.name: check for check in check_project(project_small)}
    assert {check.state for check in checks.values()} <= {"ok", "optional"}
    assert checks["masks"].state == "ok"
    (none,) = check_project(tmp_path / "nothing")
    assert none.state == "missing"


def test_doctor_takes_a_project(
    project_small: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Project, "dataset_root", property(lambda self: Path("/gone")))
    monkeypatch.setattr(window, "check_window", lambda: iter(()))
    assert main(["doctor", str(project_small), "--json"]) == 1
    checks = {check["name"]: check for check in json.loads(capsys.readouterr().out)["checks"]}
    assert checks["data set"]["state"] == "missing"
    assert "/gone" in checks["data set"]["found"]
