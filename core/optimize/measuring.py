"""The values of the energy terms for the bodies of a problem."""

from __future__ import annotations

from collections.abc import Collection

import torch
from torch import Tensor

from core.energy.adversarial import adversarial_error
from core.energy.angle_limits import angle_error
from core.energy.balancing import find_scales, perturb_bodies
from core.energy.discriminators import Discriminators
from core.energy.initial_pose import initial_pose_error
from core.energy.joint import joint_error
from core.energy.reprojection import reprojection_error
from core.energy.shape_prior import shape_error
from core.energy.silhouette import mask_error
from core.energy.smoothness import jerkiness
from core.energy.terms import TERMS
from core.energy.visibility import find_visible
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
    """
    wanted = [term for term in TERMS if term in terms and term not in problem.unavailable]
    joints = problem.regressor(vertices) if {"joint", "reprojection", "smoothness"} & set(wanted) else None
    errors: dict[str, Tensor] = {}
    for term in wanted:
        if term == "joint":
            assert joints is not None
            absolute = joint_alignment == "absolute" and problem.absolute_labels
            errors[term] = joint_error(
                joints,
                problem.labels,
                problem.labels_valid & problem.placed[:, None] if absolute else problem.labels_valid,
                pelvis=None if absolute else problem.pelvis,
            )
        elif term == "silhouette":
            errors[term] = mask_error(
                vertices,
                problem.masks,
                problem.masks_valid & problem.placed & find_visible(vertices.detach()),
                mesh=problem.body.mesh,
                lens=problem.lens,
                crop=problem.crop,
                backend=silhouette,
            )
        elif term == "adversarial":
            errors[term] = adversarial_error(sixd, betas, discriminators)
        elif term == "reprojection":
            assert joints is not None
            errors[term] = reprojection_error(
                joints,
                problem.keypoints,
                problem.keypoints_valid & problem.placed[:, None],
                lens=problem.lens,
                crop=problem.crop,
            )
        elif term == "initial_pose":
            errors[term] = initial_pose_error(rotations, problem.initial.rotations)
        elif term == "shape_prior":
            errors[term] = shape_error(betas)
        elif term == "smoothness":
            assert joints is not None
            errors[term] = jerkiness(joints, problem.triples, problem.placed)
        elif term == "angle_limits":
            errors[term] = angle_error(rotations)
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
            TERMS.keys(),
            sixd=matrix_to_sixd(rotations),
            rotations=rotations,
            betas=betas,
            vertices=vertices,
            joint_alignment=joint_alignment,
            discriminators=discriminators,
            silhouette=silhouette,
        )
    )
