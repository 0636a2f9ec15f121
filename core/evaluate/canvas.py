"""Matplotlib figures without a display and without pyplot's state, to be put into a page."""

from __future__ import annotations

import base64
import io
from contextlib import AbstractContextManager
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from PIL import Image

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

#: Dots an inch of figures with pictures.
_RESOLUTION = 160


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


def to_data_uri(figure: Figure) -> str:
    """A JPEG as what an ``img`` element's ``src`` takes in place of an address; for figures with pictures."""
    canvas = FigureCanvasAgg(figure)
    figure.set_dpi(_RESOLUTION)
    with style():
        canvas.draw()
    picture = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    buffer = io.BytesIO()
    picture.save(buffer, format="JPEG", quality=88, subsampling=0, optimize=True)  # words stay sharp
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
