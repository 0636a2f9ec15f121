"""``doctor``: what is installed, what is missing, and the exact remedy."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import platform
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter
from rich.console import Console

from app.cli.output import emit
from core.errors import PluginError
from core.registry import GROUPS, find_plugins, name_package
from core.resources import resource_path
from core.version import code_version

State = Literal["ok", "optional", "missing"]

REQUIRED = (
    "torch", "numpy", "scipy", "numba", "smplx", "PyQt6", "pyvista", "pyvistaqt", "vtk", "zarr", "h5py",
    "opencv-python-headless",
)  # fmt: skip


@dataclass(frozen=True)
class Check:
    """One thing that was looked for."""

    name: str
    state: State
    found: str
    remedy: str = ""


def doctor(*, json: Annotated[bool, Parameter(negative="")] = False) -> int:
    """Tell what is installed, what is missing, and the exact remedy.

    Args:
        json: print one JSON document.
    """
    checks = list(run_checks())
    missing = [check for check in checks if check.state == "missing"]

    def render(console: Console) -> None:
        marks = {"ok": "[green]ok      [/]", "optional": "[yellow]optional[/]", "missing": "[red]missing [/]"}
        for check in checks:
            console.print(f"{marks[check.state]} {check.name}: {check.found}")
            if check.remedy:
                console.print(f"         -> {check.remedy}", markup=False)
        console.print(
            "Everything that is needed is here." if not missing else f"{len(missing)} things are missing."
        )

    emit({"ok": not missing, "checks": [asdict(check) for check in checks]}, json, render)
    return 1 if missing else 0


def run_checks() -> Iterator[Check]:
    """Every check, in the order in which they are shown."""
    yield Check("jointlens", "ok", code_version())
    yield Check("python", "ok", f"{platform.python_version()} on {platform.platform()}")
    yield Check("processor", "ok", f"{os.cpu_count()} cores")
    for name in REQUIRED:
        yield _check_package(name)
    yield from _check_devices()
    yield from _check_back_ends()
    yield from _check_window()
    yield _check_resources()
    yield from _check_plugins()


def _check_package(name: str) -> Check:
    try:
        return Check(name, "ok", importlib.metadata.version(name))
    except importlib.metadata.PackageNotFoundError:
        return Check(name, "missing", "not installed", "pip install -e . -c constraints.txt")


def _check_devices() -> Iterator[Check]:
    if importlib.util.find_spec("torch") is None:
        return
    import torch

    if torch.cuda.is_available():
        memory = torch.cuda.get_device_properties(0).total_memory / 2**30
        yield Check("GPU", "ok", f"{torch.cuda.get_device_name(0)}, {memory:.0f} GiB")
    else:
        why = "torch was built without CUDA" if torch.version.cuda is None else "torch finds no CUDA device"
        yield Check("GPU", "optional", f"none ({why}); the processor is used")


def _check_back_ends() -> Iterator[Check]:
    for module, use in (
        ("pytorch3d", "silhouette back end of the paper; the exact one is used instead"),
        ("detectron2", "masks by Mask R-CNN; masks are read from files instead"),
    ):
        if importlib.util.find_spec(module) is None:
            yield Check(
                module,
                "optional",
                f"not installed: {use}",
                f"{module} is on no package index; build it from its repository if you need it",
            )
        else:
            yield Check(module, "ok", importlib.metadata.version(module))


def _check_window() -> Iterator[Check]:
    if platform.system() != "Linux":
        return
    absent = find_missing_libraries()
    if absent:
        packages = " ".join(read_system_packages())
        yield Check(
            "window libraries", "missing", f"absent: {', '.join(absent)}", f"sudo apt-get install {packages}"
        )
    else:
        yield Check("window libraries", "ok", "all found")
    display = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if display:
        yield Check("display", "ok", display)
    elif shutil.which("xvfb-run"):
        yield Check("display", "optional", "none", "xvfb-run -a python main.py inspect PROJECT")
    else:
        yield Check("display", "optional", "none", "sudo apt-get install xvfb, then use xvfb-run")


def find_missing_libraries() -> list[str]:
    """Shared libraries that Qt's X11 platform plugin needs and the loader does not find."""
    qt = importlib.util.find_spec("PyQt6")
    if qt is None or qt.origin is None or shutil.which("ldd") is None:
        return []
    plugin = Path(qt.origin).parent / "Qt6" / "plugins" / "platforms" / "libqxcb.so"
    listing = subprocess.run(["ldd", plugin], capture_output=True, text=True, check=False).stdout
    return sorted(line.split()[0] for line in listing.splitlines() if line.endswith("not found"))


def read_system_packages() -> list[str]:
    """Debian and Ubuntu packages that the window needs, as ``resources/system-packages.txt`` lists them."""
    lines = resource_path("system-packages.txt").read_text(encoding="utf-8").splitlines()
    return [word for line in lines if (word := line.split("#")[0].strip())]


def _check_resources() -> Check:
    path = resource_path("demo_body.npz")
    return Check("demo body", "ok", f"{path.stat().st_size / 1e6:.1f} MB")


def _check_plugins() -> Iterator[Check]:
    """What other packages add; one that is broken is told, and everything that would use it fails."""
    for group, (what, module) in GROUPS.items():
        points = list(find_plugins(group))
        if not points:
            continue
        try:
            importlib.import_module(module)
        except PluginError as error:
            sentence, _, remedy = str(error).rpartition("; ")
            broken = next((point for point in points if f"entry point {point.name} " in sentence), points[0])
            yield Check(f"plugin {broken.name}", "missing", sentence, remedy)
            continue
        for point in points:
            yield Check(f"plugin {point.name}", "ok", f"{what}, from {name_package(point)}")
