"""Term ``joint``: 3D labels against the regressed joints (:mod:`core.energy.joint`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.energy.term import Term

if TYPE_CHECKING:
    from torch import Tensor

    from core.energy.term_inputs import TermInputs


def measure(at: TermInputs) -> Tensor:
    """(B,) square metres."""
    from core.energy.joint import joint_error

    problem = at.problem
    absolute = at.joint_alignment == "absolute" and problem.absolute_labels
    return joint_error(
        at.joints,
        problem.labels,
        problem.labels_valid & problem.placed[:, None] if absolute else problem.labels_valid,
        pelvis=None if absolute else problem.pelvis,
    )


TERM = Term(
    id="joint",
    name="Joints",
    formula="mean ||X - J Phi(theta)||²",
    source="Hedlin, Rhodin, Yi, CRV 2022, equation 3",
    needs=("labels",),
    measure=measure,
    floor=1e-4,  # 10 mm
    place=10,
)
