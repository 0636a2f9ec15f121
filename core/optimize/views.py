"""Several views of one instant share one body: from the views' own bodies to one in the world, and back.

Every camera's estimate of a body is wrong in its own way, mostly along its line of sight. One body in world
coordinates that all silhouettes have to agree with is wrong in none of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import roma
import torch
from torch import Tensor

from core.body.model import BodyModel
from core.errors import SettingsError
from core.optimize.posed_bodies import PosedBodies

#: Rounds of reweighting that find the median rotation, and radians below which a distance counts as this.
MEDIAN_ROUNDS = 12
MEDIAN_FLOOR = 0.01
#: How little a view says about a body's place along its line of sight, against across it.
DEPTH_SHARE = 0.02


@dataclass(frozen=True)
class Views:
    """Which bodies are the same one, and where the cameras stand that see it.

    Attributes:
        instants: (N,) number of the instant that each view shows, 0 to B - 1, each of them present.
        R: (N, 3, 3) world to camera; NaN where it is not known where the cameras stand.
        t: (N, 3) metres.
    """

    instants: Tensor
    R: Tensor
    t: Tensor

    @property
    def known(self) -> bool:
        """Whether it is known where every camera stands."""
        return bool(torch.isfinite(self.R).all() and torch.isfinite(self.t).all())

    @property
    def first(self) -> Tensor:
        """(B,) the first view of each instant."""
        first = np.unique(self.instants.cpu().numpy(), return_index=True)[1]
        return torch.from_numpy(first).to(self.instants.device)

    @property
    def shares(self) -> Tensor:
        """(N,) one over the number of views of its instant: what one view counts for."""
        return (1 / torch.bincount(self.instants).to(self.R))[self.instants]

    def sum_by_instant(self, values: Tensor) -> Tensor:
        """(N, …) -> (B, …)."""
        sums = values.new_zeros(int(self.instants.max()) + 1, *values.shape[1:])
        return sums.index_put((self.instants,), values, accumulate=True)  # in the same order each time

    def any_by_instant(self, truths: Tensor) -> Tensor:
        """(N,) -> (N,) whether it is true of some view of the same instant."""
        return (self.sum_by_instant(truths.to(self.R)) > 0)[self.instants]

    def look_at(self, vertices: Tensor) -> Tensor:
        """Shared vertices (B, V, 3) in the world -> (N, V, 3) in each view's camera frame."""
        return torch.baddbmm(self.t[:, None], vertices[self.instants], self.R.transpose(1, 2))

    def turn(self, rotations: Tensor) -> Tensor:
        """Shared rotations (B, 24, 3, 3), root in the world -> (N, 24, 3, 3), root in the camera frame."""
        return _turn_root(self.R, rotations[self.instants])


def check_views(known: bool) -> None:
    """Refuse to share bodies where it is not known how the cameras stand to each other.

    Raises:
        SettingsError: it is not.
    """
    if not known:
        raise SettingsError(
            "views can share a body only where it is known how their cameras stand to each other, and this "
            "data set does not say (R and t of its cameras); optimise each view by itself, with --views 1"
        )


def merge_views(bodies: PosedBodies, views: Views, placed: Tensor, model: BodyModel) -> PosedBodies:
    """One body an instant from its views' bodies, so that one bad view does not spoil it.

    Rotations are the views' median, shapes their mean; the pelvis is where their lines of sight come nearest
    to each other.

    Args:
        bodies: N, camera frames.
        views: of B instants.
        placed: (N,) whether the body's distance from the camera is known.
        model: the body model, for the place of the pelvis.

    Returns:
        B bodies in the world; one that no view has placed has the translation 0.
    """
    to_world = views.R.transpose(1, 2)
    betas = views.sum_by_instant(bodies.betas * views.shares[:, None])
    pelvis = _find_pelvis(model, bodies.betas) + bodies.transl  # [N, 3] camera frame
    ray = (to_world @ torch.nn.functional.normalize(pelvis, dim=-1)[..., None])[..., 0]
    unit = torch.eye(3).to(ray)
    sureness = (unit - (1 - DEPTH_SHARE) * ray[:, :, None] * ray[:, None]) * placed[:, None, None]
    target = views.sum_by_instant(sureness @ to_world @ (pelvis - views.t)[..., None])[..., 0]
    told = views.any_by_instant(placed)[views.first]
    transl = torch.linalg.solve(
        torch.where(told[:, None, None], views.sum_by_instant(sureness), unit), target
    ) - _find_pelvis(model, betas)
    return PosedBodies(
        _find_median(_turn_root(to_world, bodies.rotations), views),
        betas,
        torch.where(told[:, None], transl, 0),
    )


def split_views(bodies: PosedBodies, views: Views, model: BodyModel) -> PosedBodies:
    """The inverse: B bodies in the world -> each view's, in its camera frame; see :mod:`core.body.frames`."""
    betas, pelvis = bodies.betas[views.instants], _find_pelvis(model, bodies.betas)
    placed = (views.R @ (pelvis + bodies.transl)[views.instants][..., None])[..., 0] + views.t
    return PosedBodies(views.turn(bodies.rotations), betas, placed - pelvis[views.instants])


def _turn_root(R: Tensor, rotations: Tensor) -> Tensor:
    return torch.cat([(R @ rotations[:, 0])[:, None], rotations[:, 1:]], dim=1)


def _find_pelvis(model: BodyModel, betas: Tensor) -> Tensor:
    return torch.from_numpy(model.rest_pelvis(betas.detach().cpu().numpy())).to(betas)


def _find_median(rotations: Tensor, views: Views) -> Tensor:
    """(N, 24, 3, 3) -> (B, 24, 3, 3) that has the least sum of distances, by Weiszfeld's reweighting."""
    weights = torch.ones_like(rotations[..., :1, :1])
    for _ in range(MEDIAN_ROUNDS):
        median = roma.special_procrustes(views.sum_by_instant(weights * rotations))
        distance = roma.rotmat_geodesic_distance(rotations, median[views.instants])
        weights = 1 / distance.clamp_min(MEDIAN_FLOOR)[..., None, None]
    return median
