"""Move bodies, as they are, to where their joints meet the 2D labels, by descent.

The paper's released code begins with this: Adam, 1000 steps of 1e-2. The closed form
(:mod:`core.optimize.translation`) solves the same in normalised units and is where this starts from.
"""

from __future__ import annotations

import torch

from core.energy.reprojection import reprojection_error
from core.optimize.posed_bodies import PosedBodies
from core.optimize.problem import Problem

STEP_SIZE = 1e-2


def descend_translations(problem: Problem, *, steps: int) -> PosedBodies:
    """The problem's start with other translations; bodies that were never placed stay as they are.

    Args:
        problem: its start is moved.
        steps: of Adam.
    """
    start = problem.start
    with torch.no_grad():
        vertices = problem.body.layer(start.rotations, start.betas, torch.zeros_like(start.transl)).vertices
        joints = problem.regressor(vertices)  # [B, J, 3] without translation
    transl = start.transl.clone().requires_grad_()
    adam = torch.optim.Adam([transl], lr=STEP_SIZE)
    valid = problem.keypoints_valid & problem.placed[:, None]
    for _ in range(steps):
        errors = reprojection_error(
            joints + transl[:, None], problem.keypoints, valid, lens=problem.lens, crop=problem.crop
        )
        adam.zero_grad()
        errors.sum().backward()
        adam.step()
    return PosedBodies(start.rotations, start.betas, transl.detach())
