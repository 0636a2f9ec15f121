"""A tiny real data set: two subjects, one sequence of three frames each, four small cameras, no studio."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import h5py
import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from core.body.files import load_body
from core.body.model import BodyModel
from core.cameras import Camera, Lens, project, to_camera
from core.data.cameras_json import write_cameras
from core.data.dataset import Dataset
from core.data.h36m_names import parse_image_name
from core.data.importers.h36m_fetch import read_h36m_fetch
from core.joints import H36M_32_TO_17, LEFT_FIRST_TO_RIGHT_FIRST
from core.resources import resource_path
from core.types import FrameKey

WIDTH, HEIGHT = 160, 162
NUMBERS = (1, 65, 129)
SUBJECTS = ("S1", "S9")
CAMERAS = {"54138969": (2.0, 4.5), "55011271": (2.0, -4.5), "58860488": (-2.0, 4.5), "60457274": (-2.0, -4.5)}

#: Metres, world z up, facing along y, right side first.
SKELETON = np.array([
    (0, 0, 0.95), (0.13, 0, 0.95), (0.14, 0.02, 0.5), (0.14, 0, 0.08), (-0.13, 0, 0.95), (-0.14, 0.02, 0.5),
    (-0.14, 0, 0.08), (0, 0, 1.2), (0, 0, 1.45), (0, 0.12, 1.55), (0, 0.03, 1.7), (-0.2, 0, 1.4),
    (-0.45, 0, 1.35), (-0.7, 0, 1.3), (0.2, 0, 1.4), (0.45, 0, 1.35), (0.7, 0, 1.3),
])  # fmt: skip


@dataclass(frozen=True)
class TinyData:
    """Where the tiny data set lies, and what it says."""

    root: Path
    body: Path
    estimates: Path
    regressor: Path
    world: dict[tuple[str, int], np.ndarray]
    cameras: dict[tuple[str, str], Camera]

    def annotations(self, subject: str = "S1") -> Path:
        return self.root / subject / "Posing-1" / "annot.h5"

    def change(self, name: str, edit: Callable[[np.ndarray], np.ndarray | None], subject: str = "S1") -> None:
        """Replace an array of an annot.h5; None takes it away."""
        with h5py.File(self.annotations(subject), "r+") as file:
            edited = edit(file[name][()])
            del file[name]
            if edited is not None:
                file[name] = edited

    def picture(self, kind: str, subject: str = "S1", camera: str = "54138969", number: int = 65) -> Path:
        return self.root / subject / "Posing-1" / kind / camera / f"img_{number:06d}.jpg"


def make_cameras() -> dict[tuple[str, str], Camera]:
    cameras = {}
    lens = Lens(
        np.array([180.0, 179.5]),
        np.array([80.5, 81.0]),
        np.array([-0.2, 0.24, -0.01]),
        np.array([1e-3, -1e-3]),
    )
    for name, (x, y) in CAMERAS.items():
        centre = np.array([x, y, 1.5])
        forward = np.array([0, 0, 1.0]) - centre
        forward /= np.linalg.norm(forward)
        right = np.cross(forward, (0, 0, 1))
        right /= np.linalg.norm(right)
        R = np.stack([right, np.cross(forward, right), forward])
        for subject in SUBJECTS:
            cameras[subject, name] = Camera(name, R, -R @ centre, lens, WIDTH, HEIGHT)
    return cameras


@pytest.fixture(scope="session")
def body() -> BodyModel:
    return load_body(resource_path("demo_body.npz"))


@pytest.fixture
def tiny(tmp_path: Path, body: BodyModel) -> TinyData:
    root = tmp_path / "h36m"
    cameras = make_cameras()
    world = {}
    names = []
    for subject in SUBJECTS:
        folder = root / subject / "Posing-1"
        folder.mkdir(parents=True)
        columns: dict[str, list] = {"pose/2d": [], "pose/3d": [], "frame": [], "camera": []}
        for step, number in enumerate(NUMBERS):
            angle = 0.4 * step
            turn = np.array(
                [[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]]
            )
            world[subject, number] = SKELETON @ turn.T + [0.1 * step, 0, 0]
        for name in CAMERAS:
            camera = cameras[subject, name]
            for number in NUMBERS:
                joints = to_camera(world[subject, number], camera.R, camera.t)
                rows = np.zeros((32, 3))
                rows[list(H36M_32_TO_17)] = joints
                columns["pose/3d"].append(1000 * rows)
                rows = np.zeros((32, 2))
                rows[list(H36M_32_TO_17)] = project(joints, camera.lens)
                columns["pose/2d"].append(rows)
                columns["frame"].append(number)
                columns["camera"].append(int(name))
                names.append(f"images/{subject}_Posing_1.{name}_{number:06d}.jpg")
                write_pictures(folder, name, number)
        with h5py.File(folder / "annot.h5", "w") as file:
            for name, values in columns.items():
                file[name] = np.array(values)
            file["subject"] = np.full(len(columns["frame"]), int(subject[1:]))
            for name in CAMERAS:
                lens = cameras[subject, name].lens
                file[f"intrinsics/{name}"] = [lens.f[0], lens.c[0], lens.f[1], lens.c[1]]
    write_cameras(root / "cameras.json", cameras)
    write_estimates(tmp_path / "spin.npz", names, cameras)
    write_regressor(tmp_path / "J.npy", body)
    return TinyData(
        root, resource_path("demo_body.npz"), tmp_path / "spin.npz", tmp_path / "J.npy", world, cameras
    )


@pytest.fixture
def h36m(tiny: TinyData) -> Dataset:
    """What the tiny data set says, in the conventions of the project."""
    return read_h36m_fetch(tiny.root)


def write_pictures(folder: Path, camera: str, number: int) -> None:
    picture = np.full((HEIGHT, WIDTH, 3), 90, np.uint8)
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    mask[60:110, 70:90] = mask[:2, :2] = 255
    for kind, pixels in (("imageSequence", picture), ("maskSequence", mask)):
        path = folder / kind / camera / f"img_{number:06d}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), pixels)


def estimate_pose(key: FrameKey, camera: Camera) -> np.ndarray:
    """SMPL's rest pose, turned as the skeleton stands before the camera, (72,)."""
    angle = 0.4 * NUMBERS.index(key.frame)
    standing = np.array([[-1.0, 0, 0], [0, 0, 1], [0, 1, 0]]).T  # left, up, forward of SMPL in the world
    turn = Rotation.from_euler("z", angle).as_matrix()
    return np.concatenate([Rotation.from_matrix(camera.R @ turn @ standing).as_rotvec(), np.zeros(69)])


def write_estimates(path: Path, names: list[str], cameras: dict[tuple[str, str], Camera]) -> None:
    """Rows in the order of the names, told apart by their first beta."""
    random = np.random.default_rng(0)
    betas = 0.1 * random.normal(size=(len(names), 10))
    betas[:, 0] = 0.01 * np.arange(len(names))
    keys = [parse_image_name(name) for name in names]
    pose = np.array([estimate_pose(key, cameras[key.subject, key.camera]) for key in keys if key])
    pose[:, 3:] += 0.02 * random.normal(size=(len(names), 69))
    np.savez(path, imgname=np.array(names), pose=pose, shape=betas)


def write_regressor(path: Path, body: BodyModel) -> None:
    """Left side first, as SPIN's file is."""
    nearest = [0, 2, 5, 8, 1, 4, 7, 6, 12, 15, 15, 16, 18, 20, 17, 19, 21]
    rows = np.maximum(body.joint_regressor[nearest], 0)[list(LEFT_FIRST_TO_RIGHT_FIRST)]
    np.save(path, rows)
