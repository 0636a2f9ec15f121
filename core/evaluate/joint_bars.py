"""Bars of every regressor side by side, joint by joint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from core.evaluate.canvas import new_figure, style, to_svg
from core.evaluate.palette import choose_color
from core.types import FloatArray


def draw_joint_bars(joints: Sequence[str], values: Mapping[str, FloatArray], *, label: str) -> str:
    """The chart as SVG text.

    Args:
        joints: names of the joints.
        values: regressor -> (J,).
        label: of the vertical axis.
    """
    figure = new_figure(10, 3.2)
    with style():
        axes = figure.add_subplot()
        places, width = np.arange(len(joints)), 0.8 / max(len(values), 1)
        for number, (name, heights) in enumerate(values.items()):
            offset = (number - (len(values) - 1) / 2) * width
            axes.bar(places + offset, heights, width, label=name, color=choose_color(name))
        axes.set_xticks(places, list(joints), rotation=45, ha="right")
        axes.set_ylabel(label)
        axes.legend(ncols=max(len(values), 1), loc="lower center", bbox_to_anchor=(0.5, 1.0))
        axes.grid(axis="y", alpha=0.25, linewidth=0.6)
        axes.set_axisbelow(True)
        axes.margins(x=0.01)
    return to_svg(figure)
