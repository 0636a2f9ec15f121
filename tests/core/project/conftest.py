"""A project of 24 frames, made without going through an importer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core.body.files import load_body
from core.body.model import BodyModel
from core.cameras import Camera, Lens
from core.data.dataset import Dataset
from core.project.creation import create_project
from core.project.project import Project
from core.resources import resource_path
from core.types import BodyParameters, FrameKey

CAMERAS = ("54138969", "60457274")


@pytest.fixture(scope="session")
def body() -> BodyModel:
    return load_body(resource_path("demo_body.npz"))


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    """Two subjects, three actions, two cameras; frame numbers with gaps; one absent label."""
    takes = {("S11", "Posing-1"): (5, 64), ("S5", "Walking-1"): (1, 2, 9), ("S5", "Walking-2"): (1,)}
    keys = sorted(
        FrameKey(subject, action, camera, number)
        for (subject, action), numbers in takes.items()
        for camera in CAMERAS
        for number in numbers
    )
    lens = Lens(np.array([1145.0, 1144.0]), np.array([512.0, 515.0]), np.array([-0.2, 0.2, 0.0]), np.zeros(2))
    cameras = {
        (subject, name): Camera(name, np.eye(3), np.array([0.0, 0.0, 5.0]), lens, 1000, 1002)
        for subject in ("S5", "S11")
        for name in CAMERAS
    }
    random = np.random.default_rng(0)
    joints = random.normal(size=(len(keys), 17, 3)).astype(np.float32)
    keypoints = random.uniform(100, 900, (len(keys), 17, 2)).astype(np.float32)
    joints[3, 6] = keypoints[3, 6] = np.nan
    return Dataset(
        root=tmp_path / "dataset",
        format="h36m-fetch",
        synthetic=True,
        keys=keys,
        joints=joints,
        keypoints=keypoints,
        cameras=cameras,
        images=[f"{key}.jpg" for key in keys],
        masks=[None if row == 0 else f"{key}.png" for row, key in enumerate(keys)],
        label_origin="synthetic",
    )


@pytest.fixture
def project_path(dataset: Dataset, body: BodyModel, tmp_path: Path) -> Path:
    """A project with estimates of two estimators for the data set."""
    path = tmp_path / "project"
    with create_project(
        path, dataset, body_file=resource_path("demo_body.npz"), topology=body.topology
    ) as project:
        for number, name in enumerate(("spin", "vibe")):
            project.add_estimates(
                name, make_bodies(len(dataset.keys), number), np.ones(len(dataset.keys), bool), {}
            )
    return path


@pytest.fixture
def project(project_path: Path) -> Iterator[Project]:
    with Project.open(project_path) as opened:
        yield opened


def make_bodies(count: int, seed: int) -> BodyParameters:
    """Random bodies that stand nowhere yet."""
    random = np.random.default_rng(seed)
    widths = (3, 69, 10)
    return BodyParameters(
        *(random.normal(size=(count, width)).astype(np.float32) for width in widths),
        np.full((count, 3), np.nan, np.float32),
    )
