"""Masks and silhouettes as translucent pictures."""

from __future__ import annotations

import numpy as np
from PyQt6.QtGui import QImage

from app.theme.colors import DataColors, to_rgb
from core.types import FloatArray


def tint_region(share: FloatArray, color: str) -> QImage:
    """A region in one colour, as opaque as each pixel is covered.

    Args:
        share: (H, W), 0 to 1, or bool.
        color: ``#rrggbb``.
    """
    return _to_image(np.asarray(share, np.float32), color)


def mark_difference(mask: FloatArray, silhouette: FloatArray, colors: DataColors) -> tuple[QImage, QImage]:
    """What the body misses of the mask, and what it spills beyond it.

    Args:
        mask: (H, W), 0 to 1.
        silhouette: (H, W), 0 to 1, on the same pixels.
        colors: for the two regions.
    """
    difference = np.asarray(mask, np.float32) - silhouette
    missed = _to_image(np.clip(difference, 0, 1), colors.missed)
    spilled = _to_image(np.clip(-difference, 0, 1), colors.spilled)
    return missed, spilled


def to_image(rgb: np.ndarray) -> QImage:
    """(H, W, 3) uint8 -> an image that owns its pixels."""
    height, width, _ = rgb.shape
    pixels = np.ascontiguousarray(rgb)
    shared = QImage(pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888)
    return shared.convertToFormat(QImage.Format.Format_RGB32)


def _to_image(alpha: FloatArray, color: str) -> QImage:
    height, width = alpha.shape
    red, green, blue = to_rgb(color)
    pixels = np.empty((height, width, 4), np.uint8)  # BGRA in memory, premultiplied
    for channel, value in enumerate((blue, green, red, 255)):
        pixels[..., channel] = alpha * value
    shared = QImage(pixels.tobytes(), width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied)
    return shared.copy()
