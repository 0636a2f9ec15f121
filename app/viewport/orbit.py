"""How a person's hand moves the camera: about what it looks at, sideways, nearer."""

from __future__ import annotations

import numpy as np

from app.viewport.camera_poses import UP
from core.types import FloatArray

#: Degrees that a drag over the whole view turns the camera by.
WHOLE_TURN = 200.0
#: Degrees above and below the horizon that the camera can be turned to.
STEEPEST = 85.0
#: Metres between the camera and what it looks at.
NEAREST, FARTHEST = 0.2, 40.0


def turn_camera(
    position: FloatArray, focal_point: FloatArray, up: FloatArray, *, right: float, above: float
) -> FloatArray:
    """Turn a camera about what it looks at; the world's up stays up.

    Args:
        position: of the camera, world metres, (3,).
        focal_point: that it looks at, (3,).
        up: that it sees upwards now, (3,); tells the side that it comes from where it looks straight down.
        right: degrees that it goes round to the right.
        above: degrees that it rises.

    Returns:
        Where it stands then, (3,).
    """
    offset = position - focal_point
    distance = np.linalg.norm(offset)
    height = offset[2] / distance
    flat = offset - height * distance * UP
    if np.linalg.norm(flat) < 1e-3 * distance:
        flat = -np.sign(height) * up
    round_it = np.arctan2(flat[1], flat[0]) + np.radians(right)
    rise = np.degrees(np.arcsin(np.clip(height, -1.0, 1.0))) + above
    rise = np.radians(np.clip(rise, -STEEPEST, STEEPEST))
    direction = np.array([np.cos(rise) * np.cos(round_it), np.cos(rise) * np.sin(round_it), np.sin(rise)])
    return focal_point + distance * direction


def find_push(
    position: FloatArray, focal_point: FloatArray, up: FloatArray, *, right: float, above: float
) -> FloatArray:
    """How to move a camera so that what it looks at moves over the view.

    Args:
        position: of the camera, world metres, (3,).
        focal_point: that it looks at, (3,).
        up: that it sees upwards, (3,).
        right: metres, at the distance of what it looks at, that the view goes to the right.
        above: metres that the view goes up.

    Returns:
        (3,) metres.
    """
    ahead = (focal_point - position) / np.linalg.norm(focal_point - position)
    across = np.cross(ahead, up)
    across /= np.linalg.norm(across)
    return -right * across - above * np.cross(across, ahead)


def zoom_camera(position: FloatArray, focal_point: FloatArray, factor: float) -> FloatArray:
    """Where a camera stands, (3,), once its distance to what it looks at has changed by a factor."""
    offset = position - focal_point
    distance = float(np.linalg.norm(offset))
    return focal_point + offset * (np.clip(distance * factor, NEAREST, FARTHEST) / distance)
