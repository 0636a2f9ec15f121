"""The choice of what draws the silhouette in the energy: our exact coverage, or the paper's renderer."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor

from core.silhouette import exact, pytorch3d
from core.silhouette.contour import ClosedMesh

#: (pixels [B, V, 2], depth [B, V] metres, mesh, masks [B, S, S], pixel weights or None) -> errors [B], the
#: mean over the pixels of the weighted squared difference, differentiable by pixels and depth.
ErrorFunction = Callable[[Tensor, Tensor, ClosedMesh, Tensor, Tensor | None], Tensor]


def compare_exactly(
    vertices_px: Tensor, depth: Tensor, mesh: ClosedMesh, masks: Tensor, pixel_weights: Tensor | None = None
) -> Tensor:
    """(B,) by :func:`core.silhouette.exact.silhouette_error`, of its shapes; depth (B, V) has no say."""
    return exact.silhouette_error(vertices_px, mesh, masks, pixel_weights=pixel_weights)


def compare_softly(
    vertices_px: Tensor, depth: Tensor, mesh: ClosedMesh, masks: Tensor, pixel_weights: Tensor | None = None
) -> Tensor:
    """(B,) by :func:`core.silhouette.pytorch3d.soft_coverage`; masks (B, side, side) must be square.

    Raises:
        SettingsError: PyTorch3D cannot be used here.
    """
    squares = (pytorch3d.soft_coverage(vertices_px, depth, mesh, masks.shape[-1]) - masks).square()
    return (squares if pixel_weights is None else pixel_weights * squares).mean((1, 2))


#: Name, as in :data:`core.optimize.settings.Silhouette` -> what compares by it.
BACKENDS: dict[str, ErrorFunction] = {"exact": compare_exactly, "pytorch3d": compare_softly}
