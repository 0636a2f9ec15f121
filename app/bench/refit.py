"""Rows of group ``refit``: all joints fitted to 100,000 bodies, and again without one more flagged label."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from app.bench.bodies import load_demo_body, make_regressor
from app.bench.row import Row, make_row, time_calls
from core.body.skinning import pose_vertices
from core.joints import H36M_17
from core.optimize.fitting import MANY, SAMPLE
from core.progress import ProgressCallback
from core.regressor.fit import FitBlock, RegressorFit
from core.types import BETAS, BodyParameters

BODIES = 100_000
_BLOCK = 256
#: Seconds.
TARGET, FLAG_TARGET = 60.0, 1.0
#: Bodies of the sequence whose label is flagged: Human3.6M's sequences have a few hundred frames at most
#: when every 64th is kept.
FLAGGED = 512


def measure_refit(progress: ProgressCallback, *, bodies: int = BODIES) -> list[Row]:
    """Posing included; reading from disk is not."""
    blocks = FitBlocks(bodies)
    fits: list[RegressorFit] = []
    whole = time_calls(lambda: fits.append(refit_blocks(blocks, progress)), runs=1, warm_up=0)
    (fit,) = fits
    flagged = time_calls(
        lambda: fit.downdate(lambda: blocks.read(np.arange(FLAGGED), joint=H36M_17.index("RAnkle"))), runs=3
    )
    return [
        make_row(
            "refit_100k_s",
            whole.seconds,
            "s",
            target=TARGET,
            note=f"all 17 joints from {bodies} bodies, posing included, absolute alignment; "
            f"{whole.tell(1000, 's')}",
        ),
        make_row(
            "refit_flag_s",
            flagged.seconds,
            "s",
            target=FLAG_TARGET,
            note=f"one joint's label of {FLAGGED} bodies taken out of the sums, and solved anew",
        ),
    ]


def refit_blocks(blocks: FitBlocks, progress: ProgressCallback | None = None) -> RegressorFit:
    """Fit all joints to all bodies of the blocks."""
    model, bodies = load_demo_body().layer.model, len(blocks)
    every = bodies // SAMPLE

    def read() -> Iterator[FitBlock]:
        done = 0
        for block in blocks.read(np.arange(bodies)):
            yield block
            done += len(block.vertices)
            if progress:
                progress(done, bodies, "refitting the regressor")

    return RegressorFit(alignment="absolute").fit(
        read,
        read_sample=(lambda: blocks.read(np.arange(0, bodies, every))) if bodies > MANY else None,
        start=make_regressor(model),
        rest_vertices=model.v_template.astype(np.float64),
        joint_set=H36M_17,
    )


class FitBlocks:
    """Bodies in random poses with the labels of a regressor that moves each joint a little.

    Args:
        bodies: how many.
        seed: decides all.
    """

    def __init__(self, bodies: int, *, seed: int = 0) -> None:
        random = np.random.default_rng(seed)
        self._model = load_demo_body().layer.model
        self._regressor = make_regressor(self._model)
        self._pose = 0.3 * random.standard_normal((bodies, 72)).astype(np.float32)
        self._betas = random.standard_normal((bodies, BETAS)).astype(np.float32)
        self._noise = 0.005 * random.standard_normal((bodies, len(self._regressor), 3)).astype(np.float32)

    def __len__(self) -> int:
        return len(self._pose)

    def read(self, bodies: NDArray[np.intp], *, joint: int | None = None) -> Iterator[FitBlock]:
        """Posed bodies with their labels, block by block; with ``joint``, only its labels take part."""
        support = np.flatnonzero(self._regressor.any(axis=0))
        for first in range(0, len(bodies), _BLOCK):
            rows = bodies[first : first + _BLOCK]
            pose, betas = self._pose[rows], self._betas[rows]
            parameters = BodyParameters(pose[:, :3], pose[:, 3:], betas, np.zeros((len(pose), 3), np.float32))
            vertices = pose_vertices(self._model, parameters)
            labels = self._regressor[:, support] @ vertices[:, support] + self._noise[rows]
            valid = np.ones(labels.shape[:2], dtype=bool)
            if joint is not None:
                valid[:] = np.arange(labels.shape[1]) == joint
            yield FitBlock(vertices, labels, valid)
