"""Where on the body its vertices are: by part, as some are held by labels and masks and others hardly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.body.model import BodyModel
from core.studio.skeleton import BODY_JOINT

#: Part -> joints of the body model that carry it; of those after the first three, both sides.
PARTS = {
    "trunk": ("pelvis", "spine1", "spine2", "spine3", "left_collar", "right_collar"),
    "head": ("neck", "head"),
    "arms": ("left_shoulder", "right_shoulder", "left_elbow", "right_elbow"),
    "hands": ("left_wrist", "right_wrist", "left_hand", "right_hand"),
    "legs": ("left_hip", "right_hip", "left_knee", "right_knee"),
    "feet": ("left_ankle", "right_ankle", "left_foot", "right_foot"),
}


def find_parts(body: BodyModel) -> dict[str, NDArray[np.intp]]:
    """Part -> its (n,) vertices: those that one of its joints carries more than any other joint does."""
    carried_by = body.weights.argmax(axis=1)
    return {
        part: np.flatnonzero(np.isin(carried_by, [BODY_JOINT[joint] for joint in joints]))
        for part, joints in PARTS.items()
    }
