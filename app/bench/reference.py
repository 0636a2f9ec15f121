"""The reference loop: smplx, PyTorch3D's soft silhouette, plain terms, autograd and Adam."""

from __future__ import annotations

import torch

from core.body.smplx_loading import to_smplx
from core.cameras import project, to_crop
from core.energy.adversarial import doubt_plainly
from core.energy.discriminators import Discriminators
from core.energy.joint import compare_plainly
from core.optimize.problem import Problem
from core.rotations import matrix_to_sixd, sixd_to_matrix
from core.silhouette.backends import compare_softly


class ReferenceLoop:
    """The paper's step as its released code is built, on the same bodies and evidence.

    Args:
        problem: of bodies with masks and labels.
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._body = to_smplx(problem.body.layer.model)
        self._discriminators = Discriminators()
        start = problem.start
        self._variables = [
            tensor.clone().requires_grad_()
            for tensor in (matrix_to_sixd(start.rotations), start.betas, start.transl)
        ]
        self._adam = torch.optim.Adam(self._variables, lr=1e-2)

    def step(self) -> None:
        """One step with the terms of preset ``paper``, unweighted."""
        problem = self._problem
        sixd, betas, transl = self._variables
        rotations = sixd_to_matrix(sixd)
        vertices = self._body(
            betas=betas,
            global_orient=rotations[:, :1],
            body_pose=rotations[:, 1:],
            transl=transl,
            pose2rot=False,
        ).vertices
        joints = problem.regressor(vertices)
        pixels = to_crop(project(vertices, problem.lens), problem.crop)
        total = (
            compare_plainly(joints, problem.labels, problem.labels_valid, pelvis=problem.pelvis)
            + compare_softly(pixels, vertices[..., 2], problem.body.mesh, problem.masks)
            + doubt_plainly(sixd, betas, self._discriminators)
        ).sum()
        self._adam.zero_grad()
        total.backward()
        self._adam.step()
