"""What masks are worth as outlines: ragged at the border, and each as a whole a little too large or small.

A mask says where the body ends, give or take a pixel or two. Compared with it as it is, the silhouette term
counts the area between two outlines, and so finds a median of the border's noise; compared with a mask that
goes from 0 to 1 along a ramp across its border, the same term counts the squared distance between the
outlines as long as they are within the ramp, and so finds the mean, which is less noisy, and still counts
area for parts that were missed or added. Besides, segmenters draw some pictures' outlines too wide and others
too narrow, by a pixel throughout: that can be told from bodies of known shape, and taken back.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import torch
from torch import Tensor

from core.cameras import CROP_SIDE
from core.energy.projection import project_to_crop
from core.energy.visibility import find_visible
from core.optimize.problem import Problem
from core.silhouette.exact import coverage
from core.types import FloatArray

#: Times by which masks are enlarged before the distance to their border is measured.
_FINE = 3
#: Outlines further apart than this, in crop pixels, tell of a limb out of place, not of the segmenter.
_FARTHEST = 3.0


def soften_masks(problem: Problem, ramp: float) -> Problem:
    """The problem with masks that fall off linearly across their border.

    Args:
        problem: with the masks as they are, and by how much each is too small.
        ramp: half the width of the fall, crop pixels; 0 leaves the masks as they are.
    """
    if not ramp:
        return problem
    inwards = measure_distances(problem.masks) + problem.mask_offsets[:, None, None]
    return replace(
        problem, masks=(0.5 + inwards / (2 * ramp)).clamp(0, 1) * problem.masks_valid[:, None, None]
    )


@torch.no_grad()
def find_mask_offsets(problem: Problem) -> Tensor:
    """By how many crop pixels each mask's outline lies inside that of its body, at the problem's start.

    Only how masks differ from each other can be told: what they have in common is the shape's. So a single
    mask has none.

    Returns:
        (B,), mean 0 over the masks that are valid; 0 for those that are not.
    """
    start, body = problem.start, problem.body
    vertices = body.layer(start.rotations, start.betas, start.transl).vertices
    seen = problem.masks_valid & problem.placed & find_visible(vertices)
    offsets = torch.zeros_like(seen, dtype=vertices.dtype)
    rows = seen.nonzero()[:, 0]
    if not len(rows):
        return offsets
    pixels = project_to_crop(vertices[rows], problem.lens[rows], problem.crop[rows])
    covered = coverage(pixels, body.mesh, CROP_SIDE, CROP_SIDE)
    border = covered * (1 - covered)  # the pixels that the body's outline runs through
    distances = measure_distances(problem.masks[rows]).clamp(-_FARTHEST, _FARTHEST)
    found = -(distances * border).sum((1, 2)) / border.sum((1, 2)).clamp_min(1e-6)
    return offsets.index_copy(0, rows, found - found.mean())


def measure_distances(masks: Tensor) -> Tensor:
    """(B, H, W) signed distance of every pixel's centre from the mask's border, pixels, positive inside."""
    return torch.from_numpy(np.stack([_measure(mask) for mask in masks.cpu().numpy()])).to(masks)


def _measure(mask: FloatArray) -> FloatArray:
    fine = cv2.resize(mask, None, fx=_FINE, fy=_FINE, interpolation=cv2.INTER_LINEAR) > 0.5
    inside, outside = (
        cv2.distanceTransform(part.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
        for part in (fine, ~fine)
    )
    # Both count from centre to centre of the fine pixels, and the border lies half way between two.
    distance = (inside - outside - 0.5 * np.sign(inside - outside)) / _FINE
    return cv2.resize(distance, mask.shape[::-1], interpolation=cv2.INTER_AREA)
