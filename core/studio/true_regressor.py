"""The true joint regressor of a studio: where its people's joints really are. Known to the studio alone."""

from __future__ import annotations

import numpy as np

from core.body.model import BodyModel
from core.body.reduced_body import reduce_body
from core.body.skinning import pose_vertices
from core.joints import H36M_17
from core.resources import resource_path
from core.studio.crowd import draw_crowd
from core.studio.regressor_row import find_near_vertices, fit_row
from core.studio.skeleton import carry
from core.studio.streams import open_stream
from core.types import FloatArray

_CROWD = 60
_CANDIDATES = 40
#: Spread of the joints about those of the base regressor, metres an axis, in the carrying bone's frame.
_SPREAD = 0.003


def load_base_regressor() -> FloatArray:
    """The anatomical Human3.6M regressor (17, V) that every studio's truth lies near."""
    with np.load(resource_path("studio_regressor.npz"), allow_pickle=False) as file:
        return file["weights"].astype(np.float64)


def draw_true_regressor(seed: int, body: BodyModel) -> FloatArray:
    """Non-negative weights (17, V) with rows that sum to one, 4 to 9 non-zeros each.

    Each row is fitted, on posed people of many shapes, to the base regressor's joint moved by some
    millimetres, with vertices drawn anew: support and joints differ between seeds.
    """
    stream = open_stream(seed, "true regressor")
    base = load_base_regressor()
    crowd = draw_crowd(stream, _CROWD)
    used = np.nonzero(base.any(axis=0))[0]
    joints = base[:, used] @ pose_vertices(reduce_body(body, used), crowd)[:, : len(used)].astype(np.float64)
    targets = joints + carry(stream.normal(size=(len(H36M_17), 3)) * _SPREAD, crowd.pose)
    rest = body.v_template.astype(np.float64)
    regressor = np.zeros_like(base)
    for joint in range(len(H36M_17)):
        near = find_near_vertices(rest, joint, base[joint] @ rest)
        drawn = stream.choice(near, size=min(_CANDIDATES, len(near)), replace=False)
        points = pose_vertices(reduce_body(body, drawn), crowd)[:, : len(drawn)].astype(np.float64)
        regressor[joint, drawn] = fit_row(points, targets[:, joint])
    return regressor
