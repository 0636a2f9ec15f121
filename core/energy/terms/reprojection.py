"""Term ``reprojection``: 2D labels against the projected joints (:mod:`core.energy.reprojection`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.energy.term import Term

if TYPE_CHECKING:
    from torch import Tensor

    from core.energy.term_inputs import TermInputs


def measure(at: TermInputs) -> Tensor:
    """(B,) square pixels of the crop."""
    from core.energy.reprojection import reprojection_error

    problem = at.problem
    return reprojection_error(
        at.joints,
        problem.keypoints,
        problem.keypoints_valid & problem.placed[:, None],
        lens=problem.lens,
        crop=problem.crop,
    )


TERM = Term(
    id="reprojection",
    name="Reprojection",
    formula="mean ||x - P J Phi(theta)||², crop pixels",
    source="Hedlin, Rhodin, Yi, CRV 2022, abstract and released code",
    needs=("keypoints", "translation"),
    measure=measure,
    floor=4.0,  # 2 pixels
    place=40,
)
