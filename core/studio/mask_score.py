"""Score the masks that a project's segmenter made against the true silhouettes."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.data.images import read_valid_mask
from core.project.project import Project
from core.silhouette.contour import close_mesh
from core.studio.people import Bodies, pose_bodies
from core.studio.silhouettes import draw_silhouette
from core.studio.truth import Truth
from core.types import IntArray


def score_masks(opened: Project, truth: Truth, bodies: Bodies, matches: IntArray) -> dict[str, Any]:
    """How well masks that were made, not those of the data set, agree with the truth, on whole pictures.

    A frame in which nobody was found counts as an overlap of nothing.

    Args:
        opened: the project.
        truth: of its studio.
        bodies: the true body models.
        matches: for each row of the project the row of the truth, (N,).

    Returns:
        Over all masks that were made: how many ``frames``, ``mean_iou``, ``median_iou``, ``lowest_iou``, and
        as shares of the true area ``too_much`` and ``missed``; empty where none was made.
    """
    mesh = close_mesh(opened.body().faces)
    measured: list[tuple[float, float, float]] = []
    for row in range(len(opened.keys)):
        path = opened.mask_path(row)
        if path is None or not path.is_relative_to(opened.path):
            continue
        match, camera = matches[row : row + 1], opened.camera(row)
        vertices = pose_bodies(bodies, [truth.instants[match[0]].subject], truth.parameters[match])[0]
        silhouette = draw_silhouette(vertices.astype(np.float64), camera, mesh)
        true = silhouette.fill(silhouette.inside)
        found = read_valid_mask(path, camera.width, camera.height)
        mask = np.zeros_like(true) if found is None else found
        area = max(1, int(true.sum()))
        shared, either = int((mask & true).sum()), max(1, int((mask | true).sum()))
        measured.append((shared / either, (mask & ~true).sum() / area, (true & ~mask).sum() / area))
    if not measured:
        return {}
    overlaps, too_much, missed = np.array(measured).T
    return {
        "frames": len(measured),
        "mean_iou": float(overlaps.mean()),
        "median_iou": float(np.median(overlaps)),
        "lowest_iou": float(overlaps.min()),
        "too_much": float(too_much.mean()),
        "missed": float(missed.mean()),
    }
