"""Which term pulls where: how each term alone would move the body from where it stands.

A term's pull is its steepest descent in the optimiser's variables (6D rotations, betas, translation),
carried forward to the joints and vertices that follow. So priors on pose and shape, which know nothing of
vertices, are told in the same unit as labels and masks: where terms hold each other, their pulls cancel.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from core.energy.discriminators import Discriminators
from core.optimize.loop import OptimizerState
from core.optimize.measuring import measure_terms
from core.optimize.problem import Problem
from core.optimize.settings import Settings
from core.rotations import matrix_to_sixd, sixd_to_matrix
from core.types import FloatArray

#: The largest change of a variable in the finite difference that carries a pull forward.
PROBE = 1e-3


@dataclass(frozen=True)
class Pull:
    """How the bodies would move down one term's slope, per unit of it; lengths compare between terms.

    Attributes:
        joints: (N, J, 3) camera frame, the problem's regressor's joints.
        vertices: (N, V, 3) float32, camera frame.
    """

    joints: FloatArray
    vertices: FloatArray


def find_pulls(
    problem: Problem,
    settings: Settings,
    state: OptimizerState,
    *,
    scales: Mapping[str, float],
    discriminators: Discriminators,
) -> dict[str, Pull]:
    """Each active term's pull on the N views of a problem's bodies.

    Args:
        problem: with the evidence that the optimiser has.
        settings: switches and weights.
        state: where the optimiser stands.
        scales: factors of the terms, as the optimiser uses them.
        discriminators: as the optimiser uses them.

    Returns:
        Term id -> pull, in the table's order; terms that are off or unavailable are absent.
    """
    variables = tuple(value.clone().requires_grad_() for value in state.variables)
    views = problem.views if settings.views > 1 else None
    vertices, rotations, betas = _pose(problem, settings, *variables)
    errors = measure_terms(
        problem,
        settings.active,
        sixd=matrix_to_sixd(rotations) if views else variables[0],
        rotations=rotations,
        betas=betas,
        vertices=vertices,
        joint_alignment=settings.joint_alignment,
        discriminators=discriminators,
        silhouette=settings.silhouette,
    )
    share = views.shares if views else torch.ones(())
    pulls = {}
    for term, error in errors.items():
        weighted = settings.terms[term].weight * scales[term] * (share * error).sum()
        slope = torch.autograd.grad(weighted, variables, retain_graph=True, materialize_grads=True)
        moved = _carry_forward(problem, settings, state, tuple(-part for part in slope))
        pulls[term] = Pull(problem.regressor(moved).cpu().numpy(), moved.cpu().numpy())
    return pulls


def _pose(
    problem: Problem, settings: Settings, sixd: Tensor, transl: Tensor, betas: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Vertices, rotations and betas of the N views from the optimiser's variables."""
    rotations = sixd_to_matrix(sixd)
    if settings.one_shape:
        subjects = problem.subjects
        betas = betas[subjects[problem.views.first] if settings.views > 1 else subjects]
    vertices = problem.body.layer(rotations, betas, transl).vertices
    if settings.views > 1:
        views = problem.views
        return views.look_at(vertices), views.turn(rotations), betas[views.instants]
    return vertices, rotations, betas


@torch.no_grad()
def _carry_forward(
    problem: Problem, settings: Settings, state: OptimizerState, direction: tuple[Tensor, ...]
) -> Tensor:
    """Derivative of the vertices along a direction of the variables, by a central difference, (N, V, 3)."""
    largest = max(float(part.abs().max()) for part in direction)
    if largest == 0 or not np.isfinite(largest):
        return torch.zeros_like(_pose(problem, settings, *state.variables)[0])
    step = PROBE / largest
    sixd, transl, betas = state.variables
    # The translation moves every vertex alike; without it the difference keeps single precision's digits.
    still = torch.zeros_like(transl)
    ahead, behind = (
        _pose(
            problem,
            settings,
            sixd + sign * step * direction[0],
            still + sign * step * direction[1],
            betas + sign * step * direction[2],
        )[0]
        for sign in (1, -1)
    )
    return (ahead - behind) / (2 * step)
