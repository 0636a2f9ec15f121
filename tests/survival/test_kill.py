"""``kill -9`` at random moments: what was confirmed is there, the project opens, runs go on to the same bits.

``JOINTLENS_KILLS=50`` kills each kind of work fifty times, two hundred in all.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

KILLS = int(os.environ.get("JOINTLENS_KILLS", "5"))


@pytest.mark.parametrize("kind", ["flag", "refit", "optimize", "migrate"])
def test_nothing_confirmed_is_lost(kind: str, studio_small: Path) -> None:
    harness = Path(__file__).with_name("kill_harness.py")
    project = studio_small / "project"
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, str(harness), kind, str(project), str(KILLS)],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{kind}: {KILLS} kills, nothing lost\n"
