"""Exit codes and output of the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli.main import COMMANDS, main

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--help"]) == 0
    assert "Usage" in capsys.readouterr().out


def test_an_unknown_option_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--nonsense"]) == 2
    assert "--nonsense" in capsys.readouterr().err


def test_a_misspelt_command_is_told_the_right_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evalute", "D/project"]) == 2
    assert "did you mean evaluate?" in capsys.readouterr().err


def test_the_list_of_commands_says_what_each_is_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    listed = capsys.readouterr().out
    assert all(summary.split()[0] in listed for _, summary in COMMANDS.values())


def test_a_python_without_the_packages_is_told_which_one_has_them() -> None:
    without_packages = [sys.executable, "-S", ROOT / "main.py", "doctor"]
    ended = subprocess.run(without_packages, capture_output=True, text=True)
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert line.startswith("jointlens: ")
    assert ".venv/bin/activate" in line


def test_a_stopped_command_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("app.cli.doctor.run_checks", stop)
    assert main(["doctor"]) == 1
    assert "stopped; what was done stays done" in capsys.readouterr().err


def test_a_folder_that_is_no_project_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(tmp_path / "absent")]) == 1
    message = capsys.readouterr().err
    assert "absent" in message
    assert message.count("\n") == 1


def test_doctor_prints_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    main(["doctor", "--json"])
    names = [check["name"] for check in json.loads(capsys.readouterr().out)["checks"]]
    assert {"torch", "GPU", "pytorch3d", "detectron2", "demo body"} <= set(names)


def test_the_command_line_starts_without_torch() -> None:
    code = "import sys; from app.cli.main import build_app; build_app(); assert 'torch' not in sys.modules"
    started = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert started.returncode == 0, started.stderr
