from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from app.cli import inspect as inspecting
from app.cli.main import main


@pytest.fixture
def _no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")


@pytest.mark.usefixtures("_no_display")
def test_without_a_display_one_line_names_the_way_out(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", "anywhere"]) == 1
    errors = capsys.readouterr().err
    assert errors.count("\n") == 1
    assert "xvfb-run" in errors
    assert "make inspect" in errors


@pytest.mark.usefixtures("_no_display")
def test_a_platform_without_3d_is_refused(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert main(["inspect", "anywhere"]) == 1
    assert "QT_QPA_PLATFORM=offscreen" in capsys.readouterr().err


def test_a_missing_script_is_named_before_a_window_opens(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    assert main(["inspect", str(tmp_path), "--replay", str(tmp_path / "none.jsonl")]) == 1
    assert "none.jsonl" in capsys.readouterr().err


def test_an_interrupted_demo_is_made_anew(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made: list[Path] = []

    def demo(directory: Path, /, *, size: str) -> None:
        assert not directory.exists()
        (directory / "project").mkdir(parents=True)
        made.append(directory)

    def refit(project: Path, /, *, name: str) -> None:
        assert (project, name) == (tmp_path / "demo.partial" / "project", "J_spin")

    monkeypatch.setattr("app.cli.demo.demo", demo)
    monkeypatch.setattr("app.cli.refit.refit", refit)
    monkeypatch.setattr(inspecting, "find_demo", lambda: tmp_path / "demo")
    (tmp_path / "demo.partial" / "dataset").mkdir(parents=True)
    for _ in range(2):
        assert inspecting.ensure_demo() == tmp_path / "demo" / "project"
    assert made == [tmp_path / "demo.partial"]
    assert [path.name for path in tmp_path.iterdir()] == ["demo"]


def test_the_window_does_without_torch() -> None:
    code = "import sys, app.cli.window_run; sys.exit('torch' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).resolve().parents[3])
