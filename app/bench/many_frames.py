"""A project of as many frames as a bench wants, made of a smaller one's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from core.data.dataset import Dataset
from core.project.creation import create_project
from core.project.project import Project

#: Frame numbers between one showing of a shot and the next: too far apart to be compared in time.
GAP = 100


def repeat_frames(project: Project, path: Path, *, times: int) -> None:
    """Make a project in which every shot of another is shown so many times, one after the other.

    Labels, cameras, masks, the first estimator's bodies and the regressors are the other project's; runs,
    flags and findings are left behind.

    Args:
        project: to be repeated.
        path: of the project to make.
        times: at least 1.
    """
    keys = list(project.keys)
    period = max(key.frame for key in keys) + GAP
    shown = sorted(
        (replace(key, frame=key.frame + number * period), row)
        for number in range(times)
        for row, key in enumerate(keys)
    )
    rows = np.array([row for _, row in shown])  # [N]
    every = np.arange(len(keys))
    root = project.dataset_root
    masks = [project.mask_path(row) for row in range(len(keys))]
    dataset = Dataset(
        root=root,
        format=f"{times} times {project.path.name}",
        synthetic=project.synthetic,
        keys=[key for key, _ in shown],
        joints=project.labels(every)[rows],
        keypoints=project.keypoints(every)[rows],
        cameras={(key.subject, key.camera): project.camera(row) for row, key in enumerate(keys)},
        images=[str(project.image_path(row).relative_to(root)) for row in rows],
        masks=[str(mask.relative_to(root)) if (mask := masks[row]) else None for row in rows],
        label_origin=project.label_origin,
        joint_set=project.joint_set,
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
