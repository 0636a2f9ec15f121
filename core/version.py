"""Which code made a number: the package's version, with the commit where it runs from a checkout."""

from __future__ import annotations

import subprocess
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


@cache
def code_version() -> str:
    """For example ``0.1.0+g1a2b3c4`` in a checkout (``.dirty`` if it has changes), else ``0.1.0``."""
    try:
        release = version("jointlens")
    except PackageNotFoundError:
        release = "0.1.0"
    root = Path(__file__).parent.parent
    if not (root / ".git").exists():
        return release
    try:
        described = subprocess.run(
            ["git", "describe", "--always", "--dirty=.dirty", "--exclude=*"],
            cwd=root,
            capture_output=True,
            text=True,
            check=True,
            timeout=5,
        )
    except (OSError, subprocess.SubprocessError):
        return release
    return f"{release}+g{described.stdout.strip()}"
