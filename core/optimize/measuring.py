"""The values of the energy terms for the bodies of a problem."""

from __future__ import annotations

from collections.abc import Collection

import torch
from torch import Tensor

from core.energy.balancing import find_scales, perturb_bodies
from core.energy.discriminators import Discriminators
from core.energy.term_inputs import TermInputs
from core.energy.terms import TERMS
from core.errors import PluginError
from core.optimize.problem import Problem
from core.optimize.settings import JointAlignment, Silhouette
from core.rotations import matrix_to_sixd


def measure_terms(
    problem: Problem,
    terms: Collection[str],
    *,
    sixd: Tensor,
    rotations: Tensor,
    betas: Tensor,
    vertices: Tensor,
    joint_alignment: JointAlignment,
    discriminators: Discriminators,
    silhouette: Silhouette = "exact",
) -> dict[str, Tensor]:
    """Bare values of some terms, body by body.

    Args:
        problem: the evidence.
        terms: ids; those that are unavailable are passed over.
        sixd: (B, 24, 6), the rotations as they are optimised.
        rotations: (B, 24, 3, 3).
        betas: (B, 10).
        vertices: (B, V, 3) metres, camera frame.
        joint_alignment: how term ``joint`` compares.
        discriminators: for term ``adversarial``.
        silhouette: what draws the silhouette.

    Returns:
        Term id -> (B,), in the table's order.

    Raises:
        PluginError: a term of another package gives something else.
    """
    at = TermInputs(problem, sixd, rotations, betas, vertices, joint_alignment, discriminators, silhouette)
    errors = {}
    for name, term in TERMS.items():
        if name in terms and name not in problem.unavailable:
            errors[name] = term.measure(at)
            if errors[name].shape != betas.shape[:1]:
                raise PluginError(
                    f"term {name} of {term.measure.__module__} gives {tuple(errors[name].shape)}; expected "
                    f"one value a body, {tuple(betas.shape[:1])}"
                )
    return errors


@torch.no_grad()
def balance_terms(
    problem: Problem,
    *,
    joint_alignment: JointAlignment,
    discriminators: Discriminators,
    silhouette: Silhouette = "exact",
    seed: int = 0,
) -> dict[str, float]:
    """Factors that bring the terms to equal magnitude on a problem's initial bodies, slightly perturbed.

    Args:
        problem: a sample of the run's bodies; the terms available to it are balanced, on or off.
        joint_alignment: how term ``joint`` compares.
        discriminators: untrained.
        silhouette: what draws the silhouette.
        seed: of the perturbation.

    Returns:
        Term id -> factor, for every term of the table.
    """
    rotations, betas = perturb_bodies(problem.initial.rotations, problem.initial.betas, seed=seed)
    vertices = problem.body.layer(rotations, betas, problem.initial.transl).vertices
    return find_scales(
        measure_terms(
            problem,
            [name for name, term in TERMS.items() if term.floor is not None],
            sixd=matrix_to_sixd(rotations),
            rotations=rotations,
            betas=betas,
            vertices=vertices,
            joint_alignment=joint_alignment,
            discriminators=discriminators,
            silhouette=silhouette,
        )
    )
