"""Where the files that ship with Jointlens lie."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from core.errors import JointlensError


def resource_path(name: str) -> Path:
    """Path of a file of the package ``resources``, e.g. ``demo_body.npz``.

    Installed packages are unpacked, so that it is a file on disk in a checkout and elsewhere alike.

    Raises:
        JointlensError: the file is not there.
    """
    path = Path(str(files("resources") / name))
    if not path.exists():
        raise JointlensError(f"{path} is missing; install Jointlens again, or restore resources/{name}")
    return path
