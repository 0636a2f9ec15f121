"""The example package, installed beside Jointlens, adds its term and importer to command line and window."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli.main import main
from core.errors import SettingsError
from core.optimize.settings import Settings
from core.project.project import Project

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the package is installed, without what it depends on."""
    target = tmp_path_factory.mktemp("plugins")
    package = tmp_path_factory.mktemp("package") / "source"  # a build leaves files beside its source
    shutil.copytree(ROOT / "examples" / "jointlens_example", package)
    words = ("install", "--quiet", "--no-deps", "--no-build-isolation", "--target", str(target))
    subprocess.run([sys.executable, "-m", "pip", *words, str(package)], check=True, cwd=target)
    return target


def run(installed: Path, *words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "main.py"), *map(str, words)],
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_its_term_pulls_on_bodies_beside_the_others(installed: Path, project_copy: Path) -> None:
    assert main(["refit", str(project_copy), "--name", "J_spin"]) == 0
    told = run(
        installed, "optimize", project_copy, "--run", "resting", "--terms", "joint,resting_extremities",
        "--frames", "S1/*/54138969/*", "--device", "cpu", "--json",
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    with Project.open(project_copy, read_only=True) as project:
        settings = project.runs()[0].settings
    assert settings["terms"]["resting_extremities"] == {"on": True, "weight": 0.02}
    with pytest.raises(SettingsError, match="term resting_extremities on, which comes from another package"):
        Settings.from_dict(settings)


def test_its_importer_reads_and_recognises_its_format(
    installed: Path, project_small: Path, studio_small: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "labels"
    folder.mkdir()
    with Project.open(project_small, read_only=True) as project:
        rows = project.rows_of(subject="S1")[:3]
        lines = [
            f"{project.keys[row]},{name},{','.join(map(str, place))}"
            for row, joints in zip(rows.tolist(), project.labels(rows), strict=True)
            for name, place in zip(project.joint_set.names, joints.tolist(), strict=True)
        ]
    body = studio_small / "dataset" / "body" / "SMPL_NEUTRAL.npz"
    (folder / "joints.csv").write_text("\n".join(["frame,joint,x,y,z", *lines]), encoding="utf-8")
    words = ("import", tmp_path / "project", "--dataset", folder, "--body", body, "--preview", "--json")
    told = run(installed, *words)
    assert told.returncode == 0, told.stderr
    found = json.loads(told.stdout)
    assert (found["format"], found["frames"], found["subjects"]) == ("csv-labels", 3, ["S1"])
    (folder / "joints.csv").write_text("frame,joint,x,y,z\nS1/Walking-1/000001,Knee,1,2,3", encoding="utf-8")
    told = run(installed, *words, "--format", "csv-labels")
    assert told.returncode == 1
    assert "joints.csv: line 2: " in told.stderr


def test_doctor_names_it_and_what_it_adds(installed: Path) -> None:
    checks = json.loads(run(installed, "doctor", "--json").stdout)["checks"]
    found = {check["name"]: check for check in checks if check["name"].startswith("plugin")}
    assert found["plugin resting_extremities"]["found"] == "energy term, from jointlens-example 0.1.0"
    assert found["plugin csv-labels"]["state"] == "ok"


def test_a_broken_package_is_told_by_doctor_and_stops_what_needs_it(
    installed: Path, project_small: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken"
    information = broken / "broken_pack-2.0.dist-info"
    information.mkdir(parents=True)
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: broken-pack\nVersion: 2.0\n")
    (information / "entry_points.txt").write_text("[jointlens.terms]\nlost = broken_pack.lost:TERM\n")
    told = run(broken, "optimize", project_small, "--run", "x")
    assert told.returncode == 1
    assert told.stderr.startswith("jointlens: package broken-pack 2.0: entry point lost of jointlens.terms")
    assert told.stderr.count("\n") == 1
    checks = json.loads(run(broken, "doctor", "--json").stdout)["checks"]
    check = next(check for check in checks if check["name"] == "plugin lost")
    assert check["state"] == "missing"
    assert "pip uninstall broken-pack" in check["remedy"]


@pytest.mark.slow
@pytest.mark.window
def test_its_term_stands_in_the_terms_panel(installed: Path, project_copy: Path, tmp_path: Path) -> None:
    script = tmp_path / "script.jsonl"
    steps = [
        {"command": "term.toggle", "args": {"term": "resting_extremities"}},
        {"command": "optimize.step", "args": {"n": 2}},
        {"command": "wait", "args": {"for": "idle", "timeout_s": 120}},
    ]
    script.write_text("\n".join(map(json.dumps, steps)), encoding="utf-8")
    picture = tmp_path / "window.png"
    told = run(
        installed, "inspect", project_copy, "--replay", script, "--screenshot", picture, "--exit"
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    assert picture.is_file()
