"""What the window needs: Qt's system libraries, a display, and OpenGL."""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from app.cli.checks.check import Check
from core.resources import resource_path

#: Seconds that OpenGL is given to answer.
_PATIENCE = 60
_PROBE = """
from PyQt6.QtWidgets import QApplication
from app.viewport.graphics import probe_graphics
application = QApplication([])
graphics = probe_graphics()
print(graphics.renderer, graphics.software, sep="|")
"""


def check_window() -> Iterator[Check]:
    """Libraries, display and OpenGL, as far as this system lets them be looked at."""
    if platform.system() == "Linux":
        absent = find_missing_libraries()
        packages = " ".join(read_system_packages())
        if absent:
            yield Check(
                "window libraries",
                "missing",
                f"absent: {', '.join(absent)}",
                f"sudo apt-get install {packages}",
            )
            return
        yield Check("window libraries", "ok", "all found")
        display = os.environ.get("DISPLAY")
        if not display:
            wayland = os.environ.get("WAYLAND_DISPLAY")
            why = "Wayland without XWayland, which the 3D view needs" if wayland else "none"
            remedy = "xvfb-run -a jointlens inspect PROJECT"
            if wayland:
                remedy = "install xwayland and log in anew"
            elif shutil.which("xvfb-run") is None:
                remedy = f"sudo apt-get install xvfb xauth, then {remedy}"
            yield Check("display", "optional", why, remedy)
            return
        yield Check("display", "ok", display)
    yield _check_graphics()


def _check_graphics() -> Check:
    """What draws in three dimensions; asked in a process of its own, since a broken driver can end it."""
    environment = dict(os.environ)
    if sys.platform.startswith("linux"):
        environment.setdefault("QT_QPA_PLATFORM", "xcb")
    try:
        told = subprocess.run(
            [sys.executable, "-c", _PROBE],
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
            env=environment,
        )
    except subprocess.TimeoutExpired:
        return Check("OpenGL", "missing", f"no answer within {_PATIENCE} s", "update the graphics driver")
    return judge_graphics(told.stdout, told.returncode, told.stderr)


def judge_graphics(answer: str, status: int, errors: str) -> Check:
    """What the probe's answer means.

    Args:
        answer: ``renderer|whether it is software`` of the probe.
        status: its exit status, negative where a signal ended it.
        errors: what it complained of.
    """
    remedy = "sudo apt-get install libgl1 libegl1 libgl1-mesa-dri, or update the graphics driver"
    if status != 0:
        reason = errors.strip().splitlines()[-1] if errors.strip() else f"exit status {status}"
        return Check("OpenGL", "missing", f"the 3D view cannot be opened ({reason})", remedy)
    renderer, _, software = answer.strip().partition("|")
    if not renderer:
        return Check("OpenGL", "missing", "no context could be made: the 3D view stays empty", remedy)
    if software == "True":
        return Check(
            "OpenGL",
            "optional",
            f"{renderer}: the processor draws, some five times slower than a card",
            "a graphics driver for this machine, if it has a card",
        )
    return Check("OpenGL", "ok", renderer)


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
