"""How time and memory grow with what is put in.

Time is the processor's, of all threads together, which hardly depends on what else the machine does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from app.bench.bodies import load_demo_body, make_problem
from app.bench.memory import read_peak_mb
from app.bench.refit import FitBlocks, refit_blocks
from app.bench.row import time_calls
from app.bench.silhouette import time_silhouettes
from app.bench.step import time_steps
from core.optimize.opening import open_optimizer
from core.optimize.presets import get_preset
from core.progress import ProgressCallback
from core.silhouette.contour import close_mesh
from core.silhouette.coverage import compare_masks, cover


@dataclass(frozen=True)
class Curve:
    """One quantity against another.

    Attributes:
        name: of the file and the plot.
        along: what grows, with its unit.
        measured: what is measured, with its unit.
        x: what was put in.
        y: what came out, medians of the runs.
    """

    name: str
    along: str
    measured: str
    x: tuple[float, ...]
    y: tuple[float, ...]


def measure_growth(progress: ProgressCallback) -> list[Curve]:
    """All curves."""
    parts = (grow_memory, grow_batch, grow_image, grow_mesh, grow_frames, grow_refit)  # peaks only rise
    curves = []
    for number, part in enumerate(parts):
        progress(number, len(parts), "growth")
        curves.append(part())
    return curves


def grow_batch() -> Curve:
    """Whole steps of more bodies side by side."""
    batches = (1, 2, 4, 8, 16, 32, 64)
    times = tuple(1000 * time_steps(batch, runs=15).processor_median for batch in batches)
    return Curve("batch", "bodies in a batch", "ms of processor time a step", batches, times)


def grow_image() -> Curve:
    """Silhouettes on larger crops."""
    sides = (64, 112, 224, 448, 896)
    times = tuple(1000 * time_silhouettes(8, side=side, runs=15).processor_median / 8 for side in sides)
    return Curve("image", "side of the crop, pixels", "ms of processor time a silhouette", sides, times)


def grow_mesh() -> Curve:
    """Silhouettes of finer meshes: every triangle is cut into four, again and again."""
    problem = make_problem(1)
    body, start = load_demo_body(), problem.start
    points = body.layer(start.rotations, start.betas, start.transl).vertices[0].numpy()
    pixels = (points[:, :2] - points[:, :2].mean(axis=0)) * 90 + 112
    faces, counts, times = body.mesh.faces, [], []
    for _ in range(3):
        mesh = close_mesh(faces)
        image = np.ascontiguousarray(pixels[None], dtype=np.float32)
        mask = np.roll(cover(image, mesh, 224, 224), 3, axis=2)
        timing = time_calls(
            lambda image=image, mesh=mesh, mask=mask: compare_masks(image, mesh, mask),  # type: ignore[misc]
            runs=15,
        )
        counts.append(float(len(faces)))
        times.append(1000 * timing.processor_median)
        pixels, faces = _subdivide(pixels, faces)
    return Curve("mesh", "triangles", "ms of processor time a silhouette", tuple(counts), tuple(times))


def grow_frames() -> Curve:
    """Many frames in batches of 32, five steps each: time is to grow in proportion."""
    frames, seconds = (32, 64, 128, 256), []
    settings = replace(get_preset("paper"), iterations=5)
    problem = make_problem(32)

    def run(count: int) -> None:
        for _ in range(count // 32):
            optimizer = open_optimizer(problem, settings)
            for _ in range(settings.iterations):
                optimizer.advance()

    for count in frames:
        seconds.append(time_calls(lambda count=count: run(count), runs=3).processor_median)  # type: ignore[misc]
    return Curve("frames", "frames", "s of processor time, five steps each", frames, tuple(seconds))


def grow_memory() -> Curve:
    """The same, and the peak of the process so far: it is to stay where it is."""
    settings, peaks, done, frames = get_preset("paper"), [], 0, (64, 256, 512, 1024)
    for count in frames:
        while done < count:
            open_optimizer(make_problem(32, seed=done), settings).advance()
            done += 32
        peaks.append(read_peak_mb())
    return Curve("memory", "frames", "MB at most so far", frames, tuple(peaks))


def grow_refit() -> Curve:
    """Regressors fitted to more bodies."""
    counts = (1000, 2000, 4000, 8000)
    seconds = tuple(
        time_calls(lambda count=count: refit_blocks(FitBlocks(count)), runs=1, warm_up=0).processor_median  # type: ignore[misc]
        for count in counts
    )
    return Curve("refit", "bodies", "s of processor time, all joints", counts, seconds)


def _subdivide(points: np.ndarray, faces: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Every triangle into four by the middles of its edges; stays closed."""
    edges = np.sort(faces[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
    unique, index = np.unique(edges, axis=0, return_inverse=True)
    middles = index.reshape(-1, 3) + len(points)
    a, b, c = faces.T
    ab, bc, ca = middles.T
    finer = np.concatenate(
        [np.stack(corners, axis=1) for corners in ((a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca))]
    )
    return np.concatenate([points, points[unique].mean(axis=1)]), finer.astype(np.int32)
