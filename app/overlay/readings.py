"""What the overlay says of its frame in words and figures."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QPointF

from app.overlay.annotations import LegendRow
from app.session.frame_data import FrameData
from app.session.session import Session
from app.theme.current import data_colors
from core.types import FloatArray

#: Of the body's vertices one in so many is looked at where only its place counts.
_EVERY = 60


def list_legend(session: Session, frame: FrameData) -> list[LegendRow]:
    """What is drawn over the picture, with the mean error of each regressor."""
    colors, layers = data_colors(), session.appearance.layers
    rows = [LegendRow("Label", colors.label)] if "labels" in layers else []
    for name in session.appearance.shown_regressors:
        if name in frame.errors_mm:
            errors = frame.errors_mm[name]
            figure = f"{np.nanmean(errors):.1f} mm" if np.isfinite(errors).any() else ""
            rows.append(LegendRow(name, colors.joints(name), figure))
    mask, body = frame.mask_crop is not None, frame.silhouette_crop is not None
    for layer, name, color, there in (
        ("mask", "Mask", colors.mask, mask),
        ("silhouette", "Silhouette", colors.silhouette, body),
        ("difference", "Missed", colors.missed, mask and body),
        ("difference", "Spilled", colors.spilled, mask and body),
    ):
        if layer in layers:
            rows.append(LegendRow(name, color, "" if there else "absent", region=True))
    return rows


def sample_outline(frame: FrameData) -> list[QPointF]:
    """Some of the points that the body covers in the picture, hands and feet too; none without a body."""
    if frame.vertices_px is None:
        return []
    points = frame.vertices_px[::_EVERY]
    return [QPointF(*map(float, point)) for point in points[np.isfinite(points).all(axis=1)]]


def describe_frame(session: Session, frame: FrameData, pointer: FloatArray | None) -> str:
    """Name of the frame, what is special about its body, and the pixel under the pointer."""
    text = str(frame.key)
    if session.shown.live and session.shown.snapshot is not None:
        text += f"  ·  iteration {session.shown.snapshot.iteration}"
    elif frame.row != session.row:
        text += f"  ·  reading {session.key}"
    if pointer is not None:
        x, y = pointer
        text += f"  ·  {x:.1f}, {y:.1f}"
        if frame.image is not None and 0 <= x < frame.image.shape[1] and 0 <= y < frame.image.shape[0]:
            red, green, blue = frame.image[int(y), int(x)]
            text += f"  ·  rgb {red} {green} {blue}"
    return text
