"""A project of two views of a room, with a coloured body in eight pictures of each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from core.body.files import load_body
from core.body.skinning import pose_joints, pose_vertices
from core.cameras import Camera, Lens, to_camera
from core.cameras import project as project_points
from core.data.cameras_json import write_cameras
from core.data.importing import import_project
from core.joints import H36M_17
from core.project.project import Project
from core.resources import resource_path
from core.silhouette.contour import close_mesh
from core.silhouette.coverage import cover
from core.types import BodyParameters

WIDTH, HEIGHT, FRAMES = 240, 200, 8


def make_camera(name: str, x: float) -> Camera:
    centre = np.array([x, -5.0, 1.3])
    forward = np.array([0, 0, 0.9]) - centre
    forward /= np.linalg.norm(forward)
    right = np.cross(forward, (0, 0, 1))
    right /= np.linalg.norm(right)
    R = np.stack([right, np.cross(forward, right), forward])
    lens = Lens(np.full(2, 300.0), np.array([120.0, 100.0]), np.zeros(3), np.zeros(2))
    return Camera(name, R, -R @ centre, lens, WIDTH, HEIGHT)


def paint(room: np.ndarray, share: np.ndarray, stream: np.random.Generator) -> np.ndarray:
    """A red body before the room, and its shadow on the floor beside it."""
    shadow = np.roll(share, 6, axis=1) * (np.arange(HEIGHT)[:, None] > 120)
    seen = room * (1 - 0.3 * shadow[..., None])
    seen = seen * (1 - share[..., None]) + share[..., None] * np.array([170.0, 40, 60])
    return np.clip(seen + stream.normal(scale=2, size=seen.shape), 0, 255).astype(np.uint8)


@pytest.fixture(scope="session")
def room_project(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, np.ndarray]]:
    """The project's folder, and the true silhouettes by frame key. Not to be changed."""
    root = tmp_path_factory.mktemp("room")
    body, stream = load_body(resource_path("demo_body.npz")), np.random.default_rng(0)
    mesh = close_mesh(body.faces)
    standing = Rotation.from_matrix(np.array([[-1.0, 0, 0], [0, 0, 1], [0, 1, 0]]).T)
    cameras = [make_camera("left", -1.0), make_camera("right", 1.5)]
    places = [place.smpl_joint for place in H36M_17.places]
    frames, labels, keypoints, poses, truth = [], [], [], [], {}
    for camera in cameras:
        texture = cv2.GaussianBlur(stream.normal(size=(HEIGHT, WIDTH, 1)), (0, 0), 2)[..., None]
        room = np.array([120.0, 110, 100]) + 60 * texture.reshape(HEIGHT, WIDTH, 1)
        for number in range(FRAMES):
            turned = Rotation.from_euler("z", 25 * number, degrees=True) * standing
            root_turn = Rotation.from_matrix(camera.R) * turned
            pelvis = body.rest_pelvis(np.zeros((1, 10)))[0]
            where = np.array([0.25 * (number - 3.5), 0.3 * np.sin(number), 0.95])
            transl = to_camera(where[None], camera.R, camera.t)[0] - pelvis
            pose = np.zeros((1, 69))
            pose[0, 3 * 15 + 2], pose[0, 3 * 16 + 2] = -1.1, 1.1  # arms down
            parameters = BodyParameters(root_turn.as_rotvec()[None], pose, np.zeros((1, 10)), transl[None])
            vertices = pose_vertices(body, parameters)[0].astype(np.float64)
            pixels = project_points(vertices, camera.lens).astype(np.float32)
            share = cover(pixels[None], mesh, HEIGHT, WIDTH)[0]
            key = f"S1/Turning-1/{camera.name}/{number + 1:06d}"
            truth[key] = share > 0.5
            path = root / "images" / f"{camera.name}_{number}.png"
            path.parent.mkdir(exist_ok=True)
            cv2.imwrite(str(path), paint(room, share, stream)[..., ::-1])
            joints = pose_joints(body, parameters)[0][places].astype(np.float64)
            joints[9] += root_turn.as_matrix() @ [0, 0, 0.12]
            frames.append((key, f"images/{path.name}"))
            labels.append(joints)
            keypoints.append(project_points(joints, camera.lens))
            poses.append(parameters)
    np.savez(
        root / "labels.npz",
        format_version=1,
        frame=[key for key, _ in frames],
        image=[image for _, image in frames],
        joints=np.array(labels),
        joints_frame="camera",
        keypoints=np.array(keypoints),
    )
    write_cameras(root / "cameras.json", {("S1", camera.name): camera for camera in cameras})
    np.savez(
        root / "bodies.npz",
        frame=[key for key, _ in frames],
        coordinate_frame="camera",
        **{
            name: np.concatenate([getattr(pose, name) for pose in poses])
            for name in ("global_orient", "body_pose", "betas", "transl")
        },
    )
    import_project(
        root / "project",
        dataset=root,
        body=resource_path("demo_body.npz"),
        estimates={"fits": root / "bodies.npz"},
        regressors={},
    )
    return root / "project", truth


@pytest.fixture
def room(room_project: tuple[Path, dict[str, np.ndarray]]) -> Iterator[tuple[Project, dict[str, np.ndarray]]]:
    path, truth = room_project
    with Project.open(path) as project:
        yield project, truth
