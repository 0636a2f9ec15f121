"""The paper's silhouette: PyTorch3D's soft rasteriser, where it is installed.

Hedlin, Rhodin, Yi (CRV 2022) render with faces_per_pixel 1, sigma 1e-4 and blur radius 0. With these a pixel
inside the body gets an opacity near one half and one outside nothing, so a body does not fit its own mask;
it is here to compare with (https://github.com/facebookresearch/pytorch3d, ``SoftSilhouetteShader``).
"""

from __future__ import annotations

import torch
from torch import Tensor

from core.errors import SettingsError
from core.silhouette.contour import ClosedMesh

#: Of the paper's released code.
SIGMA = 1e-4
FACES_PER_PIXEL = 1
BLUR_RADIUS = 0.0


def explain_absence() -> str:
    """Why PyTorch3D cannot be used; empty where it can."""
    try:
        from pytorch3d import _C  # noqa: F401 - a build for another torch fails here, not before
    except ImportError as error:
        return f"PyTorch3D cannot be used: {error}"
    return ""


def soft_coverage(
    vertices_px: Tensor,
    depth: Tensor,
    mesh: ClosedMesh,
    side: int,
    *,
    sigma: float = SIGMA,
    faces_per_pixel: int = FACES_PER_PIXEL,
    blur_radius: float = BLUR_RADIUS,
) -> Tensor:
    """Opacity of each pixel of a square image.

    Args:
        vertices_px: projected vertices in pixels, [B, V, 2].
        depth: theirs, metres before the camera, [B, V].
        mesh: connectivity.
        side: pixels.
        sigma: width of the sigmoid over the squared distance to a face, in units of half the image's side.
        faces_per_pixel: how many faces' opacities are blended.
        blur_radius: squared distance up to which a face counts outside itself, in the same unit.

    Returns:
        [B, side, side], 0 to 1; differentiable by the vertices.

    Raises:
        SettingsError: PyTorch3D is not installed, or not for this PyTorch.
    """
    if why := explain_absence():
        raise SettingsError(f"{why}; build it for torch {torch.__version__}, or use --silhouette exact")
    from pytorch3d.renderer.blending import BlendParams, sigmoid_alpha_blend
    from pytorch3d.renderer.mesh.rasterize_meshes import rasterize_meshes
    from pytorch3d.renderer.mesh.rasterizer import Fragments
    from pytorch3d.structures import Meshes

    flat = 1 - 2 * vertices_px / side  # their normalised device coordinates: x to the left, y up
    faces = torch.from_numpy(mesh.faces).to(flat.device, torch.int64)
    meshes = Meshes(list(torch.cat([flat, depth[..., None]], dim=-1)), [faces] * len(flat))
    fragments = Fragments(
        *rasterize_meshes(
            meshes,
            image_size=side,
            blur_radius=blur_radius,
            faces_per_pixel=faces_per_pixel,
            perspective_correct=False,
            clip_barycentric_coords=False,
        )
    )
    colors = torch.ones(*fragments.pix_to_face.shape, 3, dtype=flat.dtype, device=flat.device)
    return sigmoid_alpha_blend(colors, fragments, BlendParams(sigma=sigma))[..., 3]
