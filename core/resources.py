"""Where the files that ship with Jointlens lie."""

from __future__ import annotations

from pathlib import Path

from core.errors import JointlensError

_RESOURCES = Path(__file__).resolve().parent.parent / "resources"


def resource_path(name: str) -> Path:
    """Path of a shipped file, e.g. ``demo_body.npz``.

    The folder ``resources`` lies beside ``core``, in a checkout and in an installed package alike.

    Raises:
        JointlensError: the file is not there.
    """
    path = _RESOURCES / name
    if not path.exists():
        raise JointlensError(f"{path} is missing; install Jointlens again, or restore resources/{name}")
    return path
