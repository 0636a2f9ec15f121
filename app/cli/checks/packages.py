"""The installation itself: where it lies, what it needs, and what it can do without."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import platform
import re
from collections.abc import Iterator
from pathlib import Path

import platformdirs

import core
from app.cli.checks.check import Check
from core.resources import resource_path
from core.version import code_version


def check_installation() -> Iterator[Check]:
    """Version, place, machine, folders of the user, and every package that is required."""
    home = Path(core.__file__).resolve().parents[1]
    yield Check("jointlens", "ok", code_version())
    yield Check("installed in", "ok", str(home))
    yield Check("python", "ok", f"{platform.python_version()} on {platform.platform()}")
    yield Check("processor", "ok", f"{os.cpu_count()} cores")
    yield from _check_folders()
    for name in find_requirements():
        yield _check_package(name, home)
    body = resource_path("demo_body.npz")
    yield Check("demo body", "ok", f"{body.stat().st_size / 1e6:.1f} MB, SMPL's sizes, not SMPL")


def find_requirements() -> list[str]:
    """Names of the packages that Jointlens cannot do without, as its own metadata tells them."""
    try:
        lines = importlib.metadata.requires("jointlens") or []
    except importlib.metadata.PackageNotFoundError:
        return ["torch", "numpy", "PyQt6"]
    names = [re.split(r"[\s<>=!;\[]", line, maxsplit=1)[0] for line in lines if "extra ==" not in line]
    return list(dict.fromkeys(names))


def _check_package(name: str, home: Path) -> Check:
    try:
        return Check(name, "ok", importlib.metadata.version(name))
    except importlib.metadata.PackageNotFoundError:
        checkout = (home / "constraints.txt").exists()
        remedy = "pip install -e . -c constraints.txt" if checkout else f"pip install {name}"
        return Check(name, "missing", "not installed", remedy)


def _check_folders() -> Iterator[Check]:
    """The user's folders for settings, the demo and logs; they need not be there yet."""
    for name, path in (
        ("settings", platformdirs.user_config_path("jointlens")),
        ("demo and logs", platformdirs.user_data_path("jointlens")),
    ):
        nearest = next(folder for folder in (path, *path.parents) if folder.exists())
        if os.access(nearest, os.W_OK):
            yield Check(name, "ok", str(path))
        else:
            yield Check(name, "missing", f"{nearest} cannot be written", f"chmod u+w {nearest}, or set HOME")


def check_back_ends() -> Iterator[Check]:
    """What silhouettes, masks and batches can be made with besides what is built in."""
    for module, use, remedy in (
        (
            "pytorch3d",
            "the paper's silhouette by optimize --silhouette pytorch3d; exact coverage is built in",
            "build it from facebookresearch/pytorch3d against this torch",
        ),
        (
            "torchvision",
            "masks by segment --backend torchvision; --backend background is built in",
            "install the build of torchvision that matches this torch",
        ),
        (
            "detectron2",
            "masks by segment --backend detectron2; --backend background is built in",
            "build it from facebookresearch/detectron2 against this torch, with setuptools below 82",
        ),
        ("ray", "optimize --engine ray on many machines; this process is built in", "pip install ray"),
    ):
        if importlib.util.find_spec(module) is None:
            yield Check(module, "optional", f"not installed: {use}", remedy)
        else:
            yield Check(module, "ok", importlib.metadata.version(module))
