"""Term ``silhouette``: the mask against the body's silhouette (:mod:`core.energy.silhouette`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.energy.term import Term

if TYPE_CHECKING:
    from torch import Tensor

    from core.energy.term_inputs import TermInputs


def measure(at: TermInputs) -> Tensor:
    """(B,), the mean over the crop's pixels."""
    from core.energy.silhouette import mask_error
    from core.energy.visibility import find_visible

    problem = at.problem
    return mask_error(
        at.vertices,
        problem.masks,
        problem.masks_valid & problem.placed & find_visible(at.vertices.detach()),
        mesh=problem.body.mesh,
        lens=problem.lens,
        crop=problem.crop,
        backend=at.silhouette,
    )


TERM = Term(
    id="silhouette",
    name="Silhouette",
    formula="mean (S - R(P Phi(theta)))²",
    source="Hedlin, Rhodin, Yi, CRV 2022, equation 4; exact contour coverage in place of a soft rasteriser",
    needs=("mask", "translation"),
    measure=measure,
    floor=5e-3,  # a thin rim of the crop
    place=20,
)
