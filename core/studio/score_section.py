"""The section of a project's report that tells the distance to the truth, filled in by ``score``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from core.joints import H36M_17

#: What stands around the section in ``core/evaluate/templates/report.html``.
BEGIN, END = "<!-- score begins -->", "<!-- score ends -->"
#: Joints that are named as the farthest of a regressor.
_FARTHEST = 3


def fill_section(report: Path, scores: dict[str, Any]) -> bool:
    """Put scores into a report, in place of what stood there; whether there is a report to put them into.

    Args:
        report: HTML file.
        scores: of :func:`core.studio.score.score`.
    """
    if not report.is_file():
        return False
    before, begin, rest = report.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        return False
    partial = report.with_name(f"{report.name}.partial")
    partial.write_text(f"{before}{begin}\n{render_section(scores)}\n{end}{after}", encoding="utf-8")
    partial.replace(report)
    return True


def render_section(scores: dict[str, Any]) -> str:
    """The section as HTML, of :func:`core.studio.score.score`'s document."""
    environment = Environment(
        loader=PackageLoader("core.studio"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    farthest = {
        name: [
            f"{H36M_17.names[joint]} {row['per_joint_mm'][joint]:.0f}"
            for joint in sorted(range(len(H36M_17.names)), key=lambda joint: -row["per_joint_mm"][joint])
        ][:_FARTHEST]
        for name, row in scores["regressors"].items()
    }
    moving = any(row["acceleration_mm"] is not None for row in scores["bodies"].values())
    return environment.get_template("truth.html").render(scores=scores, farthest=farthest, moving=moving)
