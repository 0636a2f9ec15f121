"""Pictures of growth: one SVG a curve, both axes logarithmic, with a line of proportion to compare with."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import matplotlib
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator

from app.bench.growth import Curve


def draw_growth(curves: Iterable[Curve], directory: Path) -> list[Path]:
    """Write one SVG a curve; returns the files."""
    directory.mkdir(parents=True, exist_ok=True)
    files = []
    with matplotlib.rc_context({"svg.hashsalt": "jointlens", "svg.fonttype": "none", "font.size": 9}):
        for curve in curves:
            figure = Figure(figsize=(4.2, 3.0), layout="constrained")
            axes = figure.subplots()
            axes.loglog(curve.x, curve.y, "o-", color="#1f77b4", label="measured")
            axes.loglog(
                curve.x,
                [curve.y[-1] * x / curve.x[-1] for x in curve.x],
                ":",
                color="0.5",
                label="in proportion",
            )
            axes.set(xlabel=curve.along, ylabel=curve.measured, ylim=(min(curve.y) / 2, max(curve.y) * 2))
            axes.set_xticks(curve.x, [f"{x:g}" for x in curve.x], minor=False)
            axes.set_xticks([], minor=True)
            axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            axes.yaxis.set_major_formatter("{x:g}")
            axes.yaxis.set_minor_locator(NullLocator())
            axes.legend(frameon=False)
            path = directory / f"growth_{curve.name}.svg"
            figure.savefig(path, metadata={"Date": None})
            files.append(path)
    return files
