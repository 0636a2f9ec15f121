"""``inspect``: the window, on a project or on the demo."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Annotated

import platformdirs
from cyclopts import Parameter

from core.errors import JointlensError

#: Platform plugins of Qt that can show a 3D view; "offscreen" and "minimal" cannot.
PLATFORMS = ("xcb", "windows", "cocoa")


def inspect(
    project: Path | None = None,
    /,
    *,
    replay: Path | None = None,
    screenshot: Path | None = None,
    exit: Annotated[bool, Parameter(negative="")] = False,  # noqa: A002
) -> int:
    """Open the window.

    Args:
        project: folder of a project; without it the demo's, which is made when it is not there.
        replay: script to run: one {"command": id, "args": {...}} a line.
        screenshot: picture of the window to write when the script is over and what it asked for is done;
            the studio's other pictures may still be being drawn in the background.
        exit: close the window after that.
    """
    check_display()
    lines = []
    if replay is not None:
        from app.commands.replay import read_script

        lines = read_script(replay)
    folder = project if project is not None else ensure_demo()

    try:
        from app.cli.window_run import run_window
    except ImportError as error:  # a system library of Qt is missing
        raise JointlensError(
            f"the window cannot be loaded: {error}; jointlens doctor names what to install"
        ) from error
    return run_window(folder, lines=lines, screenshot=screenshot, leave=exit)


def check_display() -> None:
    """Choose the platform that can show the 3D view; raise a JointlensError where there is none."""
    platform = os.environ.get("QT_QPA_PLATFORM", "").split(":")[0].split(";")[0]
    if platform and platform not in PLATFORMS:
        raise JointlensError(
            f"QT_QPA_PLATFORM={platform} cannot show the 3D view; unset it, and without a display use"
            " xvfb-run -a jointlens inspect PROJECT"
        )
    if not sys.platform.startswith("linux"):
        return
    if not os.environ.get("DISPLAY"):
        raise JointlensError(
            "there is no X display to open a window on (DISPLAY is not set); use"
            " xvfb-run -a jointlens inspect PROJECT, or make inspect, which runs the journey without a"
            " display to a report and screenshots"
        )
    # VTK draws into an X window, under Wayland too: by way of XWayland.
    os.environ.setdefault("QT_QPA_PLATFORM", "xcb")


def find_demo() -> Path:
    """Folder of the demo: in the checkout that this code runs from, else in the user's data folder."""
    checkout = Path(__file__).resolve().parents[2]
    if (checkout / "main.py").exists() and os.access(checkout, os.W_OK):
        return checkout / "demo"
    return platformdirs.user_data_path("jointlens") / "demo"


def ensure_demo() -> Path:
    """The demo's project: a small studio with J_spin, made if it is not there, whole or not at all."""
    directory = find_demo()
    if not (directory / "project").exists():
        from app.cli.demo import demo
        from app.cli.refit import refit

        partial = directory.with_name(directory.name + ".partial")
        if partial.exists():
            shutil.rmtree(partial)
        partial.parent.mkdir(parents=True, exist_ok=True)
        demo(partial, size="small")
        refit(partial / "project", name="J_spin")  # what the live run compares with the labels
        partial.rename(directory)
    return directory / "project"
