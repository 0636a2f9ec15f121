"""Sdist and wheel build, hold what runs and nothing else, and work away from the checkout."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

pytest.importorskip("build", reason="needs the extra 'test'")

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ("app", "core", "resources", "pyproject.toml", "README.md", "main.py")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the sdist and of the wheel that was built from it, neither in the checkout."""
    folder = tmp_path_factory.mktemp("built")
    source = folder / "source"
    source.mkdir()
    for name in SHIPPED:
        path = ROOT / name
        if path.is_dir():
            shutil.copytree(path, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(path, source)
    words = ("-m", "build", "--no-isolation", "--outdir", str(folder), str(source))
    subprocess.run([sys.executable, *words], check=True, capture_output=True, cwd=folder)
    return folder


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the wheel is installed; what it depends on is this environment's."""
    target = tmp_path_factory.mktemp("installed")
    (wheel,) = built.glob("*.whl")
    words = ("-m", "pip", "install", "--quiet", "--no-deps", "--target", str(target), str(wheel))
    subprocess.run([sys.executable, *words], check=True, cwd=target)
    return target


def run(installed: Path, cwd: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(installed / "bin" / "jointlens"), *words],
        env={**os.environ, "PYTHONPATH": str(installed), "PYTHONSAFEPATH": "1"},
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_wheel_holds_every_tracked_module_and_resource(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    modules = {
        str(path.relative_to(ROOT)) for part in ("app", "core") for path in (ROOT / part).rglob("*.py")
    }
    assert modules <= names
    assert {
        "resources/demo_body.npz", "resources/studio_regressor.npz", "resources/known_h36m_defects.json",
        "resources/system-packages.txt", "resources/jointlens.svg", "resources/LICENSES/CC0-1.0.txt",
        "core/evaluate/templates/report.html",
    } <= names  # fmt: skip
    share = {name.partition(".data/data/")[2] for name in names if ".data/data/" in name}
    assert share == {
        "share/applications/jointlens.desktop",
        "share/icons/hicolor/scalable/apps/jointlens.svg",
    }
    assert not {name for name in names if name.startswith(("tests", "docs", "examples"))}


def test_the_sdist_is_enough_to_build_from(built: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"pyproject.toml", "README.md", "app/cli/main.py", "resources/demo_body.npz"} <= names


def test_the_command_works_from_any_folder_with_its_resources(installed: Path, tmp_path: Path) -> None:
    told = run(installed, tmp_path, "--help")
    assert told.returncode == 0, told.stderr
    assert "reproduce" in told.stdout
    doctor = json.loads(run(installed, tmp_path, "doctor", "--json").stdout)
    checks = {check["name"]: check for check in doctor["checks"]}
    assert checks["demo body"]["state"] == "ok"
    assert checks["installed in"]["found"] == str(installed)


def test_the_shipped_body_is_read_by_the_installation(installed: Path, tmp_path: Path) -> None:
    told = run(installed, tmp_path, "regressor", "lint", str(_write_regressor(tmp_path)), "--json")
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout)["positive_weights"] > 0


def _write_regressor(folder: Path) -> Path:
    from core.body.files import load_body
    from core.joints import H36M_17
    from core.regressor.files import write_regressor
    from core.regressor.places import make_anatomical_regressor
    from core.resources import resource_path

    path = folder / "J.npy"
    write_regressor(make_anatomical_regressor(load_body(resource_path("demo_body.npz")), H36M_17), path)
    return path
