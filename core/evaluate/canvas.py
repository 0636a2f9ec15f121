"""Matplotlib figures without a display and without pyplot's state, as text."""

from __future__ import annotations

import io
from contextlib import AbstractContextManager
from typing import Any

from matplotlib import rc_context
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from core.evaluate.palette import INK, MUTED

_STYLE: dict[Any, Any] = {
    "font.size": 9.0,
    "axes.titlesize": 9.0,
    "axes.labelsize": 9.0,
    "axes.labelcolor": INK,
    "axes.edgecolor": MUTED,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": 8.0,
    "ytick.labelsize": 8.0,
    "legend.fontsize": 8.5,
    "legend.frameon": False,
    "svg.hashsalt": "jointlens",
}


def new_figure(width: float, height: float) -> Figure:
    """An empty figure, inches, on white."""
    with style():
        return Figure(figsize=(width, height), layout="constrained", facecolor="white")


def style() -> AbstractContextManager[None]:
    """The context in which axes are made and drawn on."""
    return rc_context(rc=_STYLE)


def to_svg(figure: Figure) -> str:
    """The SVG element, to be put into a page; for figures of lines and words."""
    FigureCanvasSVG(figure)
    buffer = io.StringIO()
    with style():
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    text = buffer.getvalue()
    return text[text.index("<svg") :]
