"""Panels that figures are put together from: a picture, a body over it, a body alone, joints, silhouettes."""

from __future__ import annotations

import cv2
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb

from core.evaluate.figures.rasterizer import draw_mesh, lay_over
from core.evaluate.figures.stage import PANEL, Stage
from core.evaluate.palette import BODY, MASK, MISSED, MUTED, SPILLED
from core.types import FloatArray

_BODY = np.array(to_rgb(BODY))
#: Metres of a panel that shows a whole body.
WHOLE = 2.1
#: What the colours of :func:`compare_silhouette` mean, for captions.
SILHOUETTE_KEY = "Green: in mask and body; magenta: in the mask only; yellow: in the body only."


def cut_picture(stage: Stage, row: int) -> FloatArray:
    """The row's picture on its crop, (PANEL, PANEL, 3), 0 to 1; its mask in grey where there is none."""
    picture = stage.read_picture(row)
    if picture is None:
        mask = stage.read_mask(row)
        if mask is None:
            return np.ones((PANEL, PANEL, 3))
        grey = cv2.resize(mask, (PANEL, PANEL), interpolation=cv2.INTER_LINEAR)
        return 1 - 0.3 * np.repeat(np.clip(grey, 0, 1)[..., None].astype(np.float64), 3, axis=2)
    left, top, scale = stage.panel_crop(row)
    offset = 0.5 * scale - 0.5  # pixels are measured from their edges here, from their centres in OpenCV
    moves = np.array([[scale, 0, offset - left * scale], [0, scale, offset - top * scale]])
    cut = cv2.warpAffine(
        picture, moves, (PANEL, PANEL), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return cut.astype(np.float64) / 255


def cut_part(stage: Stage, row: int, *, middle: FloatArray, side: float) -> FloatArray:
    """A square of the row's picture, or of its mask in grey, (PANEL, PANEL, 3), 0 to 1.

    Args:
        stage: what is drawn.
        row: of the project.
        middle: (2,) pixels of :func:`core.evaluate.figures.stage.Stage.panel_crop`.
        side: of the square, in the same pixels.
    """
    picture = stage.read_picture(row)
    left, top = middle - side / 2
    zoom = PANEL / side
    if picture is None:
        shown, scale, corner = cut_picture(stage, row), zoom, np.array([left, top])
    else:
        crop = stage.panel_crop(row)
        shown, scale = picture.astype(np.float64) / 255, float(crop[2] * zoom)
        corner = crop[:2] + np.array([left, top]) / crop[2]
    offset = 0.5 * scale - 0.5
    moves = np.array([[scale, 0, offset - corner[0] * scale], [0, scale, offset - corner[1] * scale]])
    return cv2.warpAffine(
        shown, moves, (PANEL, PANEL), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    ).astype(np.float64)


def draw_over(stage: Stage, vertices: FloatArray, row: int) -> FloatArray:
    """A shaded body over the row's picture, seen through its camera."""
    pixels = stage.project_vertices(vertices, row)
    layer = draw_mesh(vertices, pixels, stage.mesh.faces, _BODY, height=PANEL, width=PANEL)
    return lay_over(cut_picture(stage, row), layer, opacity=0.9)


def draw_alone(
    stage: Stage, vertices: FloatArray, R: FloatArray, *, centre: FloatArray, metres: float = WHOLE
) -> FloatArray:
    """A body on white, seen from afar.

    Args:
        stage: what the body is of.
        vertices: (V, 3) metres, camera frame.
        R: (3, 3) from there to a frame that looks along z, y down.
        centre: (3,) what the panel's middle shows, camera frame.
        metres: how much the panel shows.
    """
    pixels = place_points(vertices, R, centre=centre, metres=metres)
    layer = draw_mesh(vertices @ R.T, pixels, stage.mesh.faces, _BODY, height=PANEL, width=PANEL)
    return lay_over(np.ones((PANEL, PANEL, 3)), layer)


def place_points(
    points: FloatArray, R: FloatArray, *, centre: FloatArray, metres: float = WHOLE
) -> FloatArray:
    """Pixels (P, 2) of points in a panel of :func:`draw_alone`."""
    return ((points - centre).astype(np.float64) @ R.T)[:, :2] * (PANEL / metres) + PANEL / 2


def compare_silhouette(stage: Stage, vertices: FloatArray, row: int) -> FloatArray:
    """Where mask and body differ: pixels of the mask that are missed, and of the body that are spilled."""
    shown = 0.45 * cut_picture(stage, row) + 0.55
    mask = stage.read_mask(row)
    if mask is None:
        return shown
    size, nearest = (PANEL, PANEL), cv2.INTER_NEAREST
    mine = cv2.resize(stage.cover(vertices, row).astype(np.uint8), size, interpolation=nearest) > 0
    wanted = cv2.resize((mask > 0.5).astype(np.uint8), size, interpolation=nearest) > 0
    for where, color, opacity in (
        (wanted & mine, MASK, 0.35),
        (wanted & ~mine, MISSED, 0.85),
        (~wanted & mine, SPILLED, 0.85),
    ):
        shown[where] = (1 - opacity) * shown[where] + opacity * np.array(to_rgb(color))
    return shown


def draw_mask_outline(axes: Axes, stage: Stage, row: int) -> None:
    """Draw where the row's mask ends, over a panel that shows its crop; nothing without a mask."""
    mask = stage.read_mask(row)
    if mask is not None and mask.any():
        at = (np.arange(len(mask)) + 0.5) * PANEL / len(mask)
        axes.contour(at, at, mask, levels=[0.5], colors=[MASK], linewidths=1.2)


def show_panel(axes: Axes, picture: FloatArray, title: str = "") -> None:
    """Put a panel into axes, in pixels measured from its edges, without a frame."""
    height, width = picture.shape[:2]
    axes.imshow(np.clip(picture, 0, 1), extent=(0, width, height, 0), interpolation="antialiased")
    axes.set_xlim(0, width)
    axes.set_ylim(height, 0)
    axes.set_axis_off()
    axes.set_title(title, pad=4)


def mark_joints(axes: Axes, pixels: FloatArray, color: str, label: str, *, size: float) -> None:
    """Dots at (n, 2) pixels with a white rim, that show on skin, cloth and white alike."""
    axes.scatter(
        pixels[:, 0], pixels[:, 1], s=size, c=color, edgecolors="white", linewidths=0.6, label=label, zorder=3
    )


def name_row(axes: Axes, name: str) -> None:
    """Write what a row of panels shows at the left of its first panel."""
    axes.text(-0.03, 0.5, name, transform=axes.transAxes, rotation=90, va="center", ha="right", color=MUTED)
