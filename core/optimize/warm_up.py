"""Have every kernel of a step compiled, or loaded from disk, before a person waits for it.

Compiled code is kept beside the modules, so that only the first process after an installation compiles;
others load it, which still takes a moment. Both are done here on a body of four vertices, in a process or
thread where nobody notices.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch

from core.body.model import POSE_CORRECTIVES, BodyModel
from core.cameras import Lens
from core.energy.terms import TERMS
from core.optimize.opening import open_optimizer
from core.optimize.posed_bodies import PosedBodies
from core.optimize.presets import get_preset
from core.optimize.problem import OptimizableBody, Problem, SparseRegressor
from core.optimize.views import Views
from core.types import BETAS, BODY_JOINTS

_FACES = ((0, 1, 2), (0, 3, 1), (0, 2, 3), (1, 3, 2))
_CORNERS = ((0.0, 0.0, 0.0), (0.0, 0.5, 0.0), (0.5, 0.0, 0.0), (0.0, 0.0, 0.5))
#: Pixels of the mask.
_SIDE = 16


def warm_up() -> None:
    """Take steps with every term of ours, with local pose correctives and dense ones, and look at them.

    First with the terms of the presets, whose steps need no graph, with views of their own and shared ones.
    """
    own = [name for name, term in TERMS.items() if term.measure.__module__.startswith("core.")]
    paper = get_preset("paper")
    shared = replace(get_preset("jointlens", views=4), mask_ramp=0.0)
    for posed in (0.0, 1e-3):
        problem = _make_problem(_make_body(posed))
        for settings in (paper, shared, paper.with_only(own)):
            optimizer = open_optimizer(problem, settings)
            optimizer.advance()
            optimizer.take_snapshot()


def _make_body(posed: float) -> BodyModel:
    """A tetrahedron that hangs on the root joint; pose correctives displace its vertices by ``posed``."""
    corners = len(_CORNERS)
    weights = np.zeros((corners, BODY_JOINTS), np.float32)
    weights[:, 0] = 1
    return BodyModel(
        name="tetrahedron",
        v_template=np.array(_CORNERS, np.float32),
        shapedirs=np.zeros((corners, 3, BETAS), np.float32),
        posedirs=np.full((corners, 3, POSE_CORRECTIVES), posed, np.float32),
        joint_regressor=np.full((BODY_JOINTS, corners), 1 / corners, np.float32),
        weights=weights,
        parents=np.array([-1, *range(BODY_JOINTS - 1)]),
        faces=np.array(_FACES, np.int32),
    )


def _make_problem(model: BodyModel) -> Problem:
    """One body five metres before a camera, with evidence of every kind."""
    bodies = PosedBodies(
        torch.eye(3).repeat(1, BODY_JOINTS, 1, 1), torch.zeros(1, BETAS), torch.tensor([[0.0, 0.0, 5.0]])
    )
    known = torch.ones(1, 1, dtype=torch.bool)
    lens = (torch.full((1, size), value) for size, value in ((2, 100.0), (2, 0.0), (3, 0.0), (2, 0.0)))
    return Problem(
        rows=np.zeros(1, np.intp),
        body=OptimizableBody.from_model(model),
        regressor=SparseRegressor.from_weights(np.full((1, len(_CORNERS)), 1 / len(_CORNERS))),
        initial=bodies,
        start=bodies,
        subjects=torch.zeros(1, dtype=torch.long),
        views=Views(torch.zeros(1, dtype=torch.long), torch.eye(3)[None], torch.zeros(1, 3)),
        triples=torch.zeros(1, 3, dtype=torch.long),
        labels=torch.ones(1, 1, 3),
        absolute_labels=True,
        labels_valid=known,
        keypoints=torch.ones(1, 1, 2),
        keypoints_valid=known,
        masks=torch.zeros(1, _SIDE, _SIDE),
        masks_valid=known[:, 0],
        mask_offsets=torch.zeros(1),
        placed=known[:, 0],
        lens=Lens(*lens),
        crop=torch.tensor([[-8.0, -8.0, 1.0]]),
        pelvis=0,
        unavailable={},
        complaints=(),
    )
