"""Term ``silhouette``: the mask against the body's silhouette (Hedlin, Rhodin, Yi, CRV 2022, equation 4).

The paper renders with PyTorch3D's soft rasteriser, whose silhouette is neither 1 inside the body nor 0
outside it; here it is the exact coverage of each pixel, unless the other is asked for
(:mod:`core.silhouette.backends`).
"""

from __future__ import annotations

import torch
from torch import Tensor

from core.cameras import Lens
from core.energy.projection import project_to_crop
from core.silhouette.backends import BACKENDS
from core.silhouette.contour import ClosedMesh


def mask_error(
    vertices: Tensor,
    masks: Tensor,
    valid: Tensor,
    *,
    mesh: ClosedMesh,
    lens: Lens,
    crop: Tensor,
    pixel_weights: Tensor | None = None,
    backend: str = "exact",
) -> Tensor:
    """Mean over the crop's pixels of the squared difference between mask and coverage, body by body.

    Args:
        vertices: (B, V, 3) metres, camera frame.
        masks: (B, H, W) between 0 and 1, on the crop.
        valid: (B,) whether the body has a mask and lies in front of the camera; others have no error.
        mesh: the closed mesh of the body.
        lens: leading shape (B,).
        crop: (B, 3) left, top and scale.
        pixel_weights: (B, H, W) how much each pixel counts, e.g. none where a mask has failed; all the same,
            1, if not given.
        backend: what draws the silhouette, one of :data:`core.silhouette.backends.BACKENDS`.

    Returns:
        (B,).
    """
    compare = BACKENDS[backend]
    if vertices.is_cuda:  # without asking the card which bodies are valid, which would wait for it
        ahead = torch.zeros_like(vertices)
        ahead[..., 2] = 1
        seen = torch.where(valid[:, None, None], vertices, ahead)
        pixels = project_to_crop(seen, lens, crop)
        return torch.where(valid, compare(pixels, seen[..., 2], mesh, masks, pixel_weights), 0)
    if bool(valid.all()):
        pixels = project_to_crop(vertices, lens, crop)
        return compare(pixels, vertices[..., 2], mesh, masks, pixel_weights)
    rows = valid.nonzero()[:, 0]
    errors = vertices.new_zeros(len(vertices))
    if len(rows):
        seen = vertices[rows]
        pixels = project_to_crop(seen, lens[rows], crop[rows])
        chosen = None if pixel_weights is None else pixel_weights[rows]
        errors = errors.index_add(0, rows, compare(pixels, seen[..., 2], mesh, masks[rows], chosen))
    return errors
