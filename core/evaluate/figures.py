"""Figures of the report, as SVG text. Drawn without a display and without touching pyplot's state."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from core.types import FloatArray

#: As in the window: J_std green, J_spin orange, J_opt blue.
COLORS = {"J_std": "#2a9d55", "J_spin": "#e8862a", "J_opt": "#2f7fd6", "J_opt_jointlens_1v": "#1fa5aa"}
_SPARE = ("#b0559a", "#8a8a2a", "#a0784a", "#70849c")


def draw_joint_bars(joints: Sequence[str], values: Mapping[str, FloatArray], *, label: str) -> str:
    """Bars of every regressor side by side, joint by joint.

    Args:
        joints: names of the joints.
        values: regressor -> (J,).
        label: of the vertical axis.
    """
    figure = Figure(figsize=(10, 3.4), layout="constrained")
    axes = figure.add_subplot()
    places, width = np.arange(len(joints)), 0.8 / max(len(values), 1)
    for number, (name, heights) in enumerate(values.items()):
        axes.bar(places + (number - (len(values) - 1) / 2) * width, heights, width, label=name,
                 color=_choose_color(name, number))  # fmt: skip
    axes.set_xticks(places, list(joints), rotation=45, ha="right")
    axes.set_ylabel(label)
    axes.legend(frameon=False, ncols=max(len(values), 1), loc="upper center", bbox_to_anchor=(0.5, 1.18))
    axes.spines[["top", "right"]].set_visible(False)
    axes.margins(x=0.01)
    return _to_svg(figure)


def _choose_color(name: str, number: int) -> str:
    return COLORS.get(name, _SPARE[number % len(_SPARE)])


def _to_svg(figure: Figure) -> str:
    FigureCanvasSVG(figure)
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None})
    text = buffer.getvalue()
    return text[text.index("<svg") :]
