"""Where the masks see a person, beside where the labels put the body."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.audit.alignment import Alignment
from core.audit.observations import Observations
from core.body.skinning import pose_vertices
from core.cameras import CROP_SIDE, Lens, in_front, project, to_crop
from core.optimize.evidence import read_masks
from core.silhouette.contour import close_mesh
from core.silhouette.coverage import cover
from core.types import FloatArray

if TYPE_CHECKING:
    from core.project.project import Project

#: Instants of each sequence whose masks are looked at.
INSTANTS = 8
_BLOCK = 64


@dataclass(frozen=True)
class MaskEvidence:
    """Masks beside silhouettes of bodies that were laid over the labels, for K views.

    Attributes:
        views: (K,) numbers of the views.
        away: (K, 2) pixels of the whole image from the mask's centre to the silhouette's; NaN without either.
        pixels_a_metre: (K,) at the body's distance.
        R: (K, 3, 3) world to camera; the identity where the data set does not tell.
        inside: (K,) share of the labels that lie inside the mask.
    """

    views: NDArray[np.intp]
    away: FloatArray
    pixels_a_metre: FloatArray
    R: FloatArray
    inside: FloatArray


def choose_views(observations: Observations) -> NDArray[np.intp]:
    """(n,) views of some instants of every sequence, evenly spread, ascending."""
    instants = observations.instants
    chosen = []
    for sequence in range(len(instants.sequence_names)):
        rows = instants.rows_of_sequence(sequence)
        count = rows.stop - rows.start
        chosen.append(rows.start + np.unique(np.linspace(0, count - 1, INSTANTS + 2)[1:-1].round()))
    wanted = np.concatenate(chosen).astype(np.intp)
    return np.flatnonzero(np.isin(observations.instant_of, wanted))


def gather_mask_evidence(
    project_: Project,
    source: str,
    observations: Observations,
    alignment: Alignment,
    views: NDArray[np.intp],
) -> MaskEvidence:
    """Draw bodies, laid over the labels, and compare them with the masks.

    Args:
        project_: with the masks.
        source: whose bodies are drawn.
        observations: labels of N views.
        alignment: that lays the source's bodies over the labels, of the N views.
        views: (n,) which of the views are looked at.
    """
    model = project_.body()
    mesh = close_mesh(model.faces)
    away = np.full((len(views), 2), np.nan)
    inside, scale = np.full(len(views), np.nan), np.full(len(views), np.nan)
    turns = np.tile(np.eye(3), (len(views), 1, 1))
    for start in range(0, len(views), _BLOCK):
        block = views[start : start + _BLOCK]
        rows = observations.rows[block]
        masks, there, _ = read_masks(project_, rows)
        crops = project_.crops(rows)
        laid = Alignment(alignment.R[block], alignment.scale[block], alignment.t[block])
        vertices = laid.apply(pose_vertices(model, project_.read_bodies(source, rows)).astype(np.float64))
        for number, row in enumerate(rows):
            camera = project_.camera(int(row))
            if np.isfinite(camera.R).all():
                turns[start + number] = camera.R
            if not (there[number] and np.isfinite(vertices[number]).all() and in_front(vertices[number])):
                continue
            pixels = to_crop(project(vertices[number], camera.lens), crops[number])
            drawn = cover(pixels[None].astype(np.float32), mesh, CROP_SIDE, CROP_SIDE)[0]
            away[start + number] = (find_centre(drawn) - find_centre(masks[number])) / crops[number, 2]
            scale[start + number] = camera.lens.f.mean() / vertices[number][:, 2].mean()
            inside[start + number] = _share_inside(
                observations.labels[block[number]], camera.lens, crops[number], masks[number]
            )
    return MaskEvidence(views, away, scale, turns, inside)


def find_centre(image: FloatArray) -> FloatArray:
    """Centre of what an image covers, pixels x and y; NaN where it covers nothing."""
    total = float(image.sum())
    if total < 1.0:
        return np.full(2, np.nan)
    along = np.arange(len(image)) + 0.5
    return np.array([image.sum(axis=0) @ along, image.sum(axis=1) @ along]) / total


def _share_inside(labels: FloatArray, lens: Lens, crop: FloatArray, mask: FloatArray) -> float:
    known = np.asarray(np.isfinite(labels).all(axis=-1))
    pixels = np.floor(to_crop(project(labels[known], lens), crop)).astype(int)
    seen = ((pixels >= 0) & (pixels < CROP_SIDE)).all(axis=-1)
    if not len(pixels):
        return float("nan")
    return float((mask[pixels[seen, 1], pixels[seen, 0]] > 0.5).sum() / len(pixels))
