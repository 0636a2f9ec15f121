"""The whole journey in a real window, driven by a script, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import cv2
import pytest

from core.project.project import Project

ROOT = Path(__file__).resolve().parents[3]

pytestmark = [
    pytest.mark.window,
    pytest.mark.slow,
    pytest.mark.skipif(
        not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")), reason="there is no display"
    ),
]


def inspect(project: Path, script: Path, *more: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, ROOT / "main.py", "inspect", project, "--replay", script, "--exit", *more],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def write(path: Path, *steps: tuple[str, dict[str, object]]) -> Path:
    path.write_text("\n".join(json.dumps({"command": command, "args": args}) for command, args in steps))
    return path


def test_the_journey_leaves_exactly_its_edits(project_copy: Path, tmp_path: Path) -> None:
    with Project.open(project_copy) as project:
        key = str(project.keys[project.rows_of("S5")[0]].instant)
    idle = ("wait", {"for": "idle", "timeout_s": 120})
    script = write(
        tmp_path / "journey.jsonl",
        ("frame.go", {"key": key}),
        idle,
        ("layer.toggle", {"layer": "mask"}),
        ("layer.toggle", {"layer": "silhouette"}),
        ("term.toggle", {"term": "silhouette"}),
        ("term.toggle", {"term": "silhouette"}),
        ("optimize.step", {"n": 60}),
        idle,
        ("iteration.go", {"n": 60}),
        ("label.flag", {"subject": "S5", "joint": "RAnkle", "reason": "inconsistent with the pictures"}),
        ("regressor.refit", {"source": "initial", "name": "J_spin"}),
        ("wait", {"for": "job", "timeout_s": 120}),
        ("regressor.paint", {"name": "J_spin", "joint": "RAnkle"}),
        ("edit.undo", {}),
    )
    picture = tmp_path / "window.png"
    run = inspect(project_copy, script, "--screenshot", str(picture))
    assert run.returncode == 0, run.stderr
    with Project.open(project_copy) as project:
        assert [entry.kind for entry in project.journal.entries()] == ["flag.add", "undo"]
        assert project.flags() == []
        assert project.regressor_names() == ["J_std", "J_spin"]
        assert project.read_regressor("J_spin").provenance["labels_excluded"] > 0
    pixels = cv2.imread(str(picture))
    assert pixels is not None
    assert pixels.std() > 5


@pytest.mark.parametrize(
    ("command", "args", "code", "message"),
    [
        ("frame.gone", {}, 2, "script.jsonl:2: 'frame.gone' is no command"),
        ("frame.go", {"key": "S5"}, 1, "script.jsonl:2: 'S5' is no frame key"),
        ("optimize.step", {"n": "many"}, 1, "script.jsonl:2: optimize.step: "),
    ],
)
def test_a_bad_line_ends_the_window_and_is_named(
    project_small: Path, tmp_path: Path, command: str, args: dict[str, object], code: int, message: str
) -> None:
    script = write(tmp_path / "script.jsonl", ("frame.next", {}), (command, args))
    picture = tmp_path / "where_it_stopped.png"
    run = inspect(project_small, script, "--screenshot", str(picture))
    assert run.returncode == code
    assert picture.is_file()
    assert message in run.stderr
    assert "Traceback" not in run.stderr


def test_without_any_opengl_everything_but_the_body_in_space_is_there(
    project_copy: Path, tmp_path: Path
) -> None:
    script = write(
        tmp_path / "script.jsonl",
        ("frame.next", {}),
        ("optimize.step", {"n": 8}),
        ("wait", {"for": "idle", "timeout_s": 240}),
        ("iteration.go", {"n": 3}),
        ("optimize.fork", {"without": "silhouette"}),
        ("optimize.step", {"n": 2}),
        ("wait", {"for": "idle", "timeout_s": 240}),
        ("optimize.pulls", {"place": "mesh"}),
        ("optimize.displacement", {}),
        ("camera.view", {"view": "top"}),
        ("optimize.layout", {"layout": "split"}),
        ("regressor.paint", {"name": "J_std", "joint": "RAnkle"}),
        ("label.flag", {"subject": "S5", "joint": "RAnkle", "reason": "inconsistent with the pictures"}),
        ("theme.toggle", {}),
        ("view.save", {"path": str(tmp_path / "overlay.png")}),
        ("view.save", {"path": str(tmp_path / "body.png"), "view": "viewport"}),
    )
    run = inspect(project_copy, script, QT_XCB_GL_INTEGRATION="none")
    assert run.returncode == 1
    assert "script.jsonl:16: there is no 3D view here: this machine has no OpenGL" in run.stderr
    assert "Traceback" not in run.stderr
    pixels = cv2.imread(str(tmp_path / "overlay.png"))
    assert pixels is not None
    assert pixels.std() > 5
    with Project.open(project_copy) as project:
        assert [flag.joint for flag in project.flags()] == ["RAnkle"]
