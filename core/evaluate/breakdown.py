"""A protocol's errors by action or by subject."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import fmean
from typing import Any

import numpy as np
from natsort import natsorted

from core.data.h36m_names import find_base_action
from core.evaluate.error_sums import ErrorSums
from core.evaluate.protocols import Protocol
from core.project.frame_index import Shot


@dataclass(frozen=True)
class Breakdown:
    """Errors of one estimator, millimetres.

    Attributes:
        cells: part -> regressor -> MPJPE and PA-MPJPE.
        bodies: part -> how many bodies.
        mean: regressor -> MPJPE and PA-MPJPE, every part counting the same. Part of the literature averages
            over actions so, which is not the mean over frames that Table I gives.
    """

    cells: Mapping[str, Mapping[str, tuple[float, float]]]
    bodies: Mapping[str, int]
    mean: Mapping[str, tuple[float, float]]

    def to_dict(self) -> dict[str, Any]:
        """JSON values."""
        return {
            "parts": {
                part: {"bodies": self.bodies[part], "regressors": _describe(row)}
                for part, row in self.cells.items()
            },
            "mean_over_parts": _describe(self.mean),
        }


def break_down(errors: ErrorSums, protocol: Protocol, name: Callable[[Shot], str]) -> Breakdown:
    """Split an estimator's errors by what its shots are called; parts without any label are left out.

    Args:
        errors: of the shots that the protocol counts.
        protocol: which two figures are wanted.
        name: what part a shot belongs to.
    """
    parts = errors.group(name)
    first, second = protocol.measures
    cells = {
        part: {
            regressor: (sums.mean(regressor, first), sums.mean(regressor, second))
            for regressor in sums.regressors
        }
        for part, sums in parts.items()
        if np.isfinite(
            [sums.mean(name, measure) for name in sums.regressors for measure in protocol.measures]
        ).all()
    }
    return Breakdown(
        cells={part: cells[part] for part in natsorted(cells)},
        bodies={part: parts[part].count_bodies(first) for part in cells},
        mean={
            regressor: (
                fmean(row[regressor][0] for row in cells.values()),
                fmean(row[regressor][1] for row in cells.values()),
            )
            for regressor in errors.regressors
            if cells
        },
    )


def name_action(shot: Shot) -> str:
    """``Walking`` for both ``Walking-1`` and ``Walking``, ``Photo`` for ``TakingPhoto`` as well."""
    return find_base_action(shot.action)


def name_subject(shot: Shot) -> str:
    """``S9``."""
    return shot.subject


def _describe(row: Mapping[str, tuple[float, float]]) -> dict[str, dict[str, float]]:
    return {name: {"mpjpe_mm": mpjpe, "pa_mpjpe_mm": pa_mpjpe} for name, (mpjpe, pa_mpjpe) in row.items()}
