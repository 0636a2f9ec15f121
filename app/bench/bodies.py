"""Bodies with evidence to measure on: drawn at random before a camera like Human3.6M's, on the demo body."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from core.body.files import load_body
from core.body.model import BodyModel
from core.cameras import Lens, crop_around, project, to_crop
from core.optimize.posed_bodies import PosedBodies
from core.optimize.problem import OptimizableBody, Problem, SparseRegressor
from core.optimize.views import Views
from core.resources import resource_path
from core.rotations import axis_angle_to_matrix
from core.silhouette.coverage import cover
from core.types import BETAS, BODY_JOINTS, FloatArray

#: The kinematic joint that each of Human3.6M's seventeen lies at or near, and the vertices it is the mean of.
_NEAREST = (0, 2, 5, 8, 1, 4, 7, 6, 12, 15, 15, 16, 18, 20, 17, 19, 21)
_SUPPORT = 6
#: Metres from the camera; it looks a body of 1.7 m up to 390 of its 1000 pixels tall.
_DISTANCE = 5.0
#: How far the start is from the bodies that masks and labels are made of: radians, betas, metres.
_SPREAD = (0.15, 0.5, 0.05)


@lru_cache(maxsize=1)
def load_demo_body() -> OptimizableBody:
    """The body that ships with Jointlens, ready to be posed and drawn."""
    return OptimizableBody.from_model(load_body(resource_path("demo_body.npz")))


def make_regressor(model: BodyModel) -> FloatArray:
    """Seventeen joints as means of a few vertices each, (17, V)."""
    near = np.linalg.norm(model.v_template - model.joint_template[list(_NEAREST)][:, None], axis=-1)
    weights = np.zeros((len(_NEAREST), model.vertex_count))
    for row, order in zip(weights, np.argsort(near, axis=1)):
        row[order[:_SUPPORT]] = 1 / _SUPPORT
    return weights


def draw_bodies(count: int, *, seed: int = 0) -> PosedBodies:
    """Standing people with lowered arms, every joint a little turned, five metres before the camera."""
    random = torch.Generator().manual_seed(seed)
    pose = 0.2 * torch.randn(count, BODY_JOINTS, 3, generator=random)
    pose[:, 16, 2] -= 0.9
    pose[:, 17, 2] += 0.9
    rotations = axis_angle_to_matrix(pose)
    rotations[:, 0] = torch.diag(torch.tensor([1.0, -1.0, -1.0])) @ rotations[:, 0]  # y up to y down
    betas = torch.randn(count, BETAS, generator=random)
    transl = 0.3 * torch.randn(count, 3, generator=random) + torch.tensor([0.0, 0.0, _DISTANCE])
    return PosedBodies(rotations, betas, transl)


def make_problem(count: int, *, side: int = 224, seed: int = 0) -> Problem:
    """Some bodies with labels, keypoints and masks, moved away from where these say that they are.

    Args:
        count: bodies.
        side: pixels of the masks.
        seed: decides all.
    """
    body = load_demo_body()
    true = draw_bodies(count, seed=seed)
    vertices = body.layer(true.rotations, true.betas, true.transl).vertices
    regressor = SparseRegressor.from_weights(make_regressor(body.layer.model))
    joints = regressor(vertices)
    lens = _make_lens(count)
    pixels = project(vertices, lens)
    crop = torch.from_numpy(crop_around(pixels.numpy(), side=side)).float()
    masks = cover(to_crop(pixels, crop).numpy(), body.mesh, side, side)
    start = _move_away(true, seed=seed + 1)
    known = torch.ones(count, len(_NEAREST), dtype=torch.bool)
    return Problem(
        rows=np.arange(count),
        body=body,
        regressor=regressor,
        initial=start,
        start=start,
        subjects=torch.zeros(count, dtype=torch.long),
        views=Views(torch.arange(count), torch.eye(3).expand(count, 3, 3), torch.zeros(count, 3)),
        triples=torch.empty(0, 3, dtype=torch.long),
        labels=joints,
        absolute_labels=True,
        labels_valid=known,
        keypoints=project(joints, lens),
        keypoints_valid=known,
        masks=torch.from_numpy(masks),
        masks_valid=known[:, 0],
        mask_offsets=torch.zeros(len(known)),
        placed=known[:, 0],
        lens=lens,
        crop=crop,
        pelvis=0,
        unavailable={"smoothness": "the bodies do not follow each other"},
        complaints=(),
    )


def _make_lens(count: int) -> Lens:
    """A camera of 1000 x 1000 pixels with Human3.6M's kind of distortion."""
    values = ((1145.0, 1144.0), (512.0, 515.0), (-0.2, 0.24, -0.002), (-0.001, -0.003))
    return Lens(*(torch.tensor(value).repeat(count, 1) for value in values))


def _move_away(bodies: PosedBodies, *, seed: int) -> PosedBodies:
    random = torch.Generator().manual_seed(seed)

    def draw(like: Tensor, spread: float) -> Tensor:
        return spread * torch.randn(like.shape, generator=random)

    turn, grow, shift = _SPREAD
    turns = axis_angle_to_matrix(draw(bodies.rotations[..., 0], turn))
    return PosedBodies(
        bodies.rotations @ turns,
        bodies.betas + draw(bodies.betas, grow),
        bodies.transl + draw(bodies.transl, shift),
    )
