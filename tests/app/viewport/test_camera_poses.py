from __future__ import annotations

import numpy as np
import pytest
from vtkmodules.vtkRenderingCore import vtkCamera

from app.viewport.camera_poses import (
    CameraPose,
    Region,
    bend_to_lens,
    find_facing,
    look_at_person,
    look_through,
    world_of,
)
from core.cameras import Camera, Lens, project
from core.joints import H36M_17

LENS = Lens(
    f=np.array([1145.05, 1143.78]),
    c=np.array([512.54, 515.45]),
    k=np.array([-0.207, 0.248, -0.003]),
    p=np.array([-0.0009, -0.0016]),
)


MIDDLE = np.array([0.0, 0.0, 1.0])


def make_camera() -> Camera:
    """About five metres away, looking at the middle of the room and a little down."""
    centre = np.array([3.1, -3.7, 1.6])
    forward = np.array([0.0, 0.0, 0.9]) - centre
    forward /= np.linalg.norm(forward)
    right = np.cross(forward, [0, 0, 1])
    right /= np.linalg.norm(right)
    R = np.stack([right, np.cross(forward, right), forward])
    return Camera("54138969", R, -R @ centre, LENS, 1000, 1002)


def project_like_vtk(pose: CameraPose, points: np.ndarray, *, width: int, height: int) -> np.ndarray:
    """World points -> pixels of the window, y down, by VTK's own camera; needs no window."""
    camera = vtkCamera()
    camera.SetPosition(*pose.position)
    camera.SetFocalPoint(*pose.focal_point)
    camera.SetViewUp(*pose.up)
    camera.SetViewAngle(pose.angle)
    camera.SetWindowCenter(*pose.window_center)
    assert pose.aspect is not None
    matrix = camera.GetCompositeProjectionTransformMatrix(pose.aspect, 0.1, 60)
    rows = np.array([[matrix.GetElement(i, j) for j in range(4)] for i in range(4)])
    clip = np.column_stack([points, np.ones(len(points))]) @ rows.T
    x, y = (clip[:, :2] / clip[:, 3:]).T
    return np.column_stack([(x + 1) / 2 * width, (1 - y) / 2 * height])


@pytest.mark.parametrize(("width", "height"), [(1000, 1002), (700, 400), (301, 777)])
@pytest.mark.parametrize("region", [Region(0, 0, 1000, 1002), Region(210.5, 330, 400, 260)])
def test_looking_through_the_camera_puts_points_where_the_picture_has_them(
    width: int, height: int, region: Region
) -> None:
    camera = make_camera()
    points = np.random.default_rng(0).uniform([-1, -1, 4], [1, 1, 6], (50, 3))
    bent = world_of(bend_to_lens(points, camera.lens), camera)
    pose = look_through(camera, region, width=width, height=height)
    found = project_like_vtk(pose, bent, width=width, height=height)

    scale = min(width / region.width, height / region.height)
    middle = np.array([region.left + region.width / 2, region.top + region.height / 2])
    expected = (project(points, camera.lens) - middle) * scale + np.array([width, height]) / 2
    np.testing.assert_allclose(found, expected, atol=1e-3)


def test_a_person_seen_from_the_front_faces_the_viewer() -> None:
    joints = np.zeros((17, 3))
    joints[H36M_17.index("RHip")] = [0.1, 0, 1]
    joints[H36M_17.index("LHip")] = [-0.1, 0, 1]  # their left is -x, so they face along +y
    np.testing.assert_allclose(find_facing(joints, H36M_17), [0, 1, 0], atol=1e-9)
    assert look_at_person(joints, MIDDLE, "front", H36M_17).position[1] > 3
    assert look_at_person(joints, MIDDLE, "side", H36M_17).position[0] < -3
    assert look_at_person(joints, MIDDLE, "top", H36M_17).position[2] > 3


def test_points_behind_the_camera_stay_where_they_are() -> None:
    points = np.array([[0.3, 0.2, -1.0], [0.3, 0.2, 0.0], [np.nan, np.nan, np.nan]])
    np.testing.assert_array_equal(bend_to_lens(points, LENS), points)


def test_a_person_without_hips_still_has_a_front() -> None:
    joints = np.full((17, 3), np.nan)
    pose = look_at_person(joints, MIDDLE, "front", H36M_17)
    assert np.isfinite(pose.position).all()
