"""A project of as many frames as one wants, made of a smaller one's: to see what many frames cost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from core.data.dataset import Dataset
from core.project.creation import create_project
from core.project.project import Project
from core.types import FrameKey

#: Frame numbers between one showing of a shot and the next: too far apart to be compared in time.
GAP = 100
#: Frames that a recording of Human3.6M has, about: longer ones are cut into sequences.
SHOT_FRAMES = 1200


def repeat_frames(project: Project, path: Path, *, frames: int) -> int:
    """Make a project in which every shot of another is shown again and again, in sequences of some length.

    ``Walking-1`` is shown in ``Walking-1``, ``Walking-1002``, ``Walking-1003``…, several times in each, one
    after the other. Labels, cameras, pictures, masks, the first estimator's bodies and the regressors are
    the other project's; runs, flags and findings are left behind.

    Args:
        project: to be repeated.
        path: of the project to make.
        frames: at least so many, each as often as the others.

    Returns:
        How many there are.

    Raises:
        ProjectError: something is at the path already, or it cannot be written.
    """
    keys = list(project.keys)
    longest = max(shot.stop - shot.start for shot in project.keys.shots)
    times = max(1, -(-frames // len(keys)))
    within = min(times, max(1, SHOT_FRAMES // longest))
    period = int(project.keys.numbers.max()) + GAP
    shown = sorted(
        (_show(key, showing // within, showing % within * period), row)
        for row, key in enumerate(keys)
        for showing in range(times)
    )
    rows = np.array([row for _, row in shown])  # [N]
    every = np.arange(len(keys))
    root = project.dataset_root
    images = [str(project.image_path(row).relative_to(root)) for row in every.tolist()]
    masks = [project.mask_path(row) for row in every.tolist()]
    mask_names = [str(mask.relative_to(root)) if mask else None for mask in masks]
    dataset = Dataset(
        root=root,
        format=f"{times} times {project.path.name}",
        synthetic=project.synthetic,
        keys=[key for key, _ in shown],
        joints=project.labels(every)[rows],
        keypoints=project.keypoints(every)[rows],
        cameras=project.cameras,
        images=[images[row] for row in rows],
        masks=[mask_names[row] for row in rows],
        label_origin=project.label_origin,
        joint_set=project.joint_set,
        absolute_labels=project.has_absolute_labels,
        test_subjects=project.named_test_subjects,
        world_labels=project.has_world_labels,
        projected_keypoints=project.has_projected_keypoints,
        crops=project.crops(every)[rows],
    )
    estimator = project.estimators()[0]
    with create_project(
        path, dataset, body_file=project.body_file, topology=project.body().topology
    ) as repeated:
        repeated.add_estimates(
            estimator,
            project.read_bodies(estimator, every)[rows],
            project.bodies_present(estimator)[rows],
            {"matching": "repeated"},
        )
        for name in project.regressor_names():
            repeated.add_regressor(project.read_regressor(name))
    return len(rows)


def _show(key: FrameKey, number: int, later: int) -> FrameKey:
    action = f"{key.action}{number + 1:03d}" if number else key.action
    return replace(key, action=action, frame=key.frame + later)
