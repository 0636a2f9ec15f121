"""From where the viewport looks: exactly as the frame's camera, or at the person from a side.

The viewport's scene is in the world frame, metres, z up.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.cameras import Camera, Lens, distort, to_world
from core.joints import JointSet
from core.types import FloatArray

UP = np.array([0.0, 0.0, 1.0])
VIEW_ANGLE = 30.0
_AROUND = 0.14  # of a person's longer side, left free on every side of the joints
_NEAREST = 0.05  # metres in front of the camera
_HALF_HEIGHT = 1.15  # metres of the person that a view from a side shows above and below its middle


@dataclass(frozen=True)
class CameraPose:
    """What a VTK camera is told.

    Attributes:
        position: world metres, (3,).
        focal_point: world metres, (3,).
        up: direction, (3,).
        angle: of view, vertically, in degrees.
        window_center: where the principal point lies, as VTK wants it, (2,).
        aspect: width over height of what is seen at unit distance; None leaves it to the window's shape.
    """

    position: FloatArray
    focal_point: FloatArray
    up: FloatArray
    angle: float = VIEW_ANGLE
    window_center: tuple[float, float] = (0.0, 0.0)
    aspect: float | None = None


@dataclass(frozen=True)
class Region:
    """A rectangle of a picture in its pixels."""

    left: float
    top: float
    width: float
    height: float


def find_person(keypoints: FloatArray) -> Region | None:
    """The part of a picture that a person fills, with the room that hands, feet and hair take beyond joints.

    Args:
        keypoints: (J, 2) pixels, NaN where absent.
    """
    present = keypoints[np.isfinite(keypoints).all(axis=1)]
    if len(present) < 2:
        return None
    low, high = present.min(axis=0), present.max(axis=0)
    room = _AROUND * float((high - low).max())
    left, top = low - room
    width, height = high - low + 2 * room
    return Region(float(left), float(top), float(width), float(height))


def look_through(camera: Camera, region: Region, *, width: int, height: int) -> CameraPose:
    """Look as a frame's camera does at a part of its picture: all of it in the window, centred.

    Lens distortion is no part of a VTK camera: :func:`bend_to_lens` moves the points instead.

    Args:
        camera: the frame's.
        region: of the picture.
        width: of the window in pixels.
        height: of the window in pixels.
    """
    lens = camera.lens
    scale = max(region.width / width, region.height / height)  # picture pixels per window pixel
    seen = np.array([width, height]) * scale  # picture pixels that the window spans
    middle = np.array([region.left + region.width / 2, region.top + region.height / 2])
    offset = 2 * (lens.c - middle) / seen
    centre = -camera.R.T @ camera.t
    return CameraPose(
        position=centre,
        focal_point=centre + 4 * camera.R[2],
        up=-camera.R[1],
        angle=float(np.degrees(2 * np.arctan(seen[1] / (2 * lens.f[1])))),
        window_center=(-float(offset[0]), float(offset[1])),
        aspect=float(seen[0] / lens.f[0] / (seen[1] / lens.f[1])),
    )


def bend_to_lens(points: FloatArray, lens: Lens) -> FloatArray:
    """Move camera-frame points sideways so that a pinhole sees them where the lens does.

    Args:
        points: (P, 3) metres; those that do not lie in front of the camera stay where they are.
        lens: the camera's.
    """
    depth = np.where(points[:, 2:] > _NEAREST, points[:, 2:], np.nan)
    bent = distort(points[:, :2] / depth, lens) * depth
    return np.concatenate([np.where(np.isfinite(bent), bent, points[:, :2]), points[:, 2:]], axis=1)


def look_at_person(joints: FloatArray, middle: FloatArray, view: str, joint_set: JointSet) -> CameraPose:
    """Look at a person from the front, the side (their left) or the top.

    Args:
        joints: world frame, metres, (J, 3); where the hips are absent, the person is taken to face along
            -y.
        middle: of the person, world frame, metres, (3,).
        view: ``front``, ``side`` or ``top``.
        joint_set: that the joints belong to; needs RHip and LHip.
    """
    facing = find_facing(joints, joint_set)
    distance = _HALF_HEIGHT / np.tan(np.radians(VIEW_ANGLE / 2))
    left = np.cross(UP, facing)
    direction, up = {"front": (facing, UP), "side": (left, UP), "top": (UP, facing)}[view]
    lift = 0.0 if view == "top" else 0.12  # from slightly above, which tells far from near on the floor
    position = middle + distance * (direction + lift * UP)
    return CameraPose(position, middle, up)


def find_facing(joints: FloatArray, joint_set: JointSet) -> FloatArray:
    """Horizontal direction that the hips face, world frame, (3,)."""
    across = joints[joint_set.index("LHip")] - joints[joint_set.index("RHip")]
    facing = np.cross(across, UP)
    length = np.linalg.norm(facing)
    return facing / length if np.isfinite(length) and length > 1e-6 else np.array([0.0, -1.0, 0.0])


def find_middle(points: FloatArray) -> FloatArray:
    """Middle of the box around points (P, 3); NaN points are passed over; the origin without any."""
    present = points[np.isfinite(points).all(axis=1)]
    return (present.min(axis=0) + present.max(axis=0)) / 2 if len(present) else np.zeros(3)


def world_of(points: FloatArray, camera: Camera) -> FloatArray:
    """Camera-frame points (P, 3) in the world."""
    return to_world(points, camera.R, camera.t)
