"""The README's animation, from the real window: ``python -m docs.generate.animation PROJECT TO.webp``.

A script drives the window as a person would, and has it write a picture of itself after each step; these are
put together here. Needs a display (Xvfb will do) and a project that has J_spin, e.g. the demo's.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
#: Width of the animation in pixels, and quality of its pictures.
WIDTH, QUALITY = 1000, 55
#: Height of the status line, pixels of the window.
STATUS_LINE = 22
#: Milliseconds that a picture is shown: while something moves, and when something is to be read.
MOVING, READING = 160, 1400
#: Steps of the optimiser between two pictures, and how many of these.
STEPS, MOMENTS = 4, 14

Command = dict[str, Any]


def tell_story() -> Iterator[tuple[Command | None, int]]:
    """Commands, each with the time for which the picture after it is shown; 0 takes none."""
    yield {"command": "layer.toggle", "args": {"layer": "difference"}}, READING
    for _ in range(MOMENTS):
        yield {"command": "optimize.step", "args": {"n": STEPS}}, MOVING
    yield None, READING
    yield {"command": "term.toggle", "args": {"term": "silhouette"}}, READING // 2
    for _ in range(MOMENTS // 2):
        yield {"command": "optimize.step", "args": {"n": STEPS}}, MOVING
    yield None, READING


def write_script(folder: Path) -> tuple[Path, list[tuple[Path, int]]]:
    """The script for the window, and the pictures that it will have made with their times."""
    rest: Command = {"command": "wait", "args": {"for": "idle", "timeout_s": 600}}
    commands: list[Command] = [rest]
    pictures: list[tuple[Path, int]] = []
    for command, shown in tell_story():
        if command is not None:
            commands += [command, rest]
        path = folder / f"{len(pictures):03d}.png"
        commands.append({"command": "view.save", "args": {"view": "window", "path": str(path)}})
        pictures.append((path, shown))
    script = folder / "script.jsonl"
    script.write_text("\n".join(map(json.dumps, commands)), encoding="utf-8")
    return script, pictures


def make_animation(project: Path, target: Path) -> None:
    """Drive the window and write what it showed."""
    with TemporaryDirectory() as name:
        script, pictures = write_script(Path(name))
        words = ("inspect", str(project), "--replay", str(script), "--exit")
        subprocess.run([sys.executable, str(ROOT / "main.py"), *words], check=True, cwd=ROOT)
        frames = [_shrink(Image.open(path)) for path, _ in pictures]
        frames[0].save(
            target,
            save_all=True,
            append_images=frames[1:],
            duration=[shown for _, shown in pictures],
            loop=0,
            quality=QUALITY,
            method=6,
        )


def _shrink(picture: Image.Image) -> Image.Image:
    """Without the status line, which tells where the last picture was written."""
    seen = picture.convert("RGB").crop((0, 0, picture.width, picture.height - STATUS_LINE))
    height = round(WIDTH * seen.height / seen.width)
    return seen.resize((WIDTH, height), Image.Resampling.LANCZOS)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("project", type=Path)
    parser.add_argument("to", type=Path)
    given = parser.parse_args()
    make_animation(given.project, given.to)
