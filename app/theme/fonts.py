"""Fonts: one family for words, the same with tabular figures for numbers, one of fixed width for logs."""

from __future__ import annotations

from PyQt6.QtGui import QFont

FAMILIES = ("Inter", "Segoe UI", "SF Pro Text", "Noto Sans", "Ubuntu", "Cantarell", "DejaVu Sans")
FIXED_FAMILIES = ("JetBrains Mono", "Cascadia Mono", "SF Mono", "Noto Sans Mono", "DejaVu Sans Mono")

POINTS = 9.5
SMALL_POINTS = 8.5
TITLE_POINTS = 13.0


def text_font(points: float = POINTS, *, bold: bool = False) -> QFont:
    """For words, and for numbers in columns: figures are all of one width."""
    font = QFont()
    font.setFamilies(list(FAMILIES))
    font.setPointSizeF(points)
    font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def fixed_font(points: float = SMALL_POINTS) -> QFont:
    """For logs and keys of frames."""
    font = QFont()
    font.setFamilies(list(FIXED_FAMILIES))
    font.setPointSizeF(points)
    font.setStyleHint(QFont.StyleHint.Monospace)
    return font
