"""The standard regressor of a studio, J_std: plausible, and wrong by about 20 mm.

The real one was fitted to bodies that never saw the images; here its joints are displaced in the rest frame
of the bone that carries them, and the row is fitted on true bodies of other people.
"""

from __future__ import annotations

import numpy as np

from core.body.model import BodyModel
from core.body.reduced_body import reduce_body
from core.body.skinning import pose_vertices
from core.joints import H36M_17
from core.studio.crowd import draw_crowd
from core.studio.regressor_row import drop_side, find_near_vertices, fit_row
from core.studio.skeleton import carry
from core.studio.streams import open_stream
from core.types import FloatArray

_CROWD = 120
_CANDIDATES = 250
#: Typical displacement in millimetres: x left (of a left joint), y up, z front.
TYPICAL_DISPLACEMENT = {
    "Pelvis": (0, 14, -6), "Hip": (14, 22, -4), "Knee": (4, -18, -12), "Ankle": (-3, -18, -24),
    "Spine": (0, 8, -14), "Neck": (0, -10, 14), "Nose": (0, 10, -14), "HeadTop": (0, -30, -12),
    "Shoulder": (-12, -8, 6), "Elbow": (8, 4, -8), "Wrist": (-12, 6, 6),
}  # fmt: skip
_MEAN_DISPLACEMENT = 20.0
_JITTER = 4.0
_WEAK = 0.6


def draw_displacements(seed: int) -> FloatArray:
    """Displacements (17, 3) in metres, in each carrying bone's rest frame.

    About the typical ones, with a factor and a jitter a joint, the same on both sides but mirrored; scaled
    so that their mean length lies between 18 and 22 mm.
    """
    stream = open_stream(seed, "displacements")
    drawn = {
        name: np.array(typical) * stream.uniform(0.7, 1.3) + stream.normal(size=3) * _JITTER
        for name, typical in TYPICAL_DISPLACEMENT.items()
    }
    rows = []
    for name in H36M_17.names:
        middle = drop_side(name) == name
        sideways = 0.0 if middle else (-1.0 if name.startswith("R") else 1.0)
        rows.append(drawn[drop_side(name)] * (sideways, 1.0, 1.0))
    displacements = np.array(rows)
    scale = _MEAN_DISPLACEMENT * stream.uniform(0.9, 1.1) / np.linalg.norm(displacements, axis=1).mean()
    return displacements * scale / 1000


def draw_standard_regressor(
    seed: int, body: BodyModel, true_regressor: FloatArray, *, weak: bool = False
) -> FloatArray:
    """Weights (17, V), right side first, fitted to the displaced joints of a crowd of its own.

    With ``weak``, the hard mode ``weak-jstd``, it is displaced by 0.6 of what it otherwise is.
    """
    stream = open_stream(seed, "standard regressor")
    crowd = draw_crowd(stream, _CROWD)
    used = np.nonzero(true_regressor.any(axis=0))[0]
    joints = true_regressor[:, used] @ pose_vertices(reduce_body(body, used), crowd)[:, : len(used)]
    displacements = draw_displacements(seed) * (_WEAK if weak else 1.0)
    targets = joints + carry(displacements, crowd.pose)
    rest = body.v_template.astype(np.float64)
    regressor = np.zeros_like(true_regressor)
    for joint in range(len(H36M_17)):
        near = find_near_vertices(rest, joint, true_regressor[joint] @ rest + displacements[joint])
        drawn = stream.choice(near, size=min(_CANDIDATES, len(near)), replace=False)
        points = pose_vertices(reduce_body(body, drawn), crowd)[:, : len(drawn)].astype(np.float64)
        regressor[joint, drawn] = fit_row(points, targets[:, joint])
    return regressor
