"""The matrix of subjects and joints: how far an audit found each joint's labels from the other subjects'."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from core.audit.ranking import ESTIMATED_RATIO
from core.audit.verdicts import OPTIMISED_RATIO
from core.errors import ProjectError
from core.evaluate.canvas import new_figure, style
from core.evaluate.palette import INK, MUTED
from core.project.finding import Finding
from core.whole_file import open_whole

if TYPE_CHECKING:
    from core.project.project import Project

SUFFIXES = (".pdf", ".png", ".svg")
#: Times what is usual, from which on a cell is coloured most.
_FULL = 12.0
_COLORS = LinearSegmentedColormap.from_list("offsets", ["#ffffff", "#fde3bd", "#f0a63c", "#b3480f"])
_DOTS_AN_INCH = 200


def export_offset_matrix(project: Project, path: Path | str) -> int:
    """Write the matrix of the last audit as a figure; the suffix names the format.

    Args:
        project: that was audited.
        path: ends in one of :data:`SUFFIXES`.

    Returns:
        How many subjects and joints were compared.

    Raises:
        ProjectError: there was no audit, it could compare no subjects, or the file cannot be written.
    """
    path = Path(path)
    if path.suffix.lower() not in SUFFIXES:
        raise ProjectError(f"{path}: unknown suffix; the matrix is drawn as {', '.join(SUFFIXES)}")
    audit = project.require_audit()
    if not audit.get("cells"):
        raise ProjectError(f"{project.path}: the audit compared no subjects; it takes three or more")
    figure = draw_offset_matrix(
        audit["cells"],
        project.findings(),
        subjects=[
            name for name in project.keys.subjects if name in {cell["subject"] for cell in audit["cells"]}
        ],
        joints=project.joint_set.names,
        least_ratio=OPTIMISED_RATIO if audit["run"] else ESTIMATED_RATIO,
        foot=_describe(audit),
    )
    drawn = io.BytesIO()
    with style():
        figure.savefig(drawn, format=path.suffix.lower()[1:], dpi=_DOTS_AN_INCH)
    try:
        with open_whole(path) as stream:
            stream.write(drawn.getvalue())
    except OSError as error:
        raise ProjectError(f"{path}: cannot be written ({error.strerror or error})") from error
    return len(audit["cells"])


def draw_offset_matrix(
    cells: Sequence[Mapping[str, Any]],
    findings: Sequence[Finding],
    *,
    subjects: Sequence[str],
    joints: Sequence[str],
    least_ratio: float,
    foot: str,
) -> Figure:
    """Draw the matrix: a figure for millimetres, a colour for how unusual that is, a ring for a finding.

    Args:
        cells: of an audit's details, with ``subject``, ``joint``, ``effect_mm``, ``ratio`` and ``left_out``.
        findings: of the same audit.
        subjects: rows, from the top.
        joints: columns.
        least_ratio: from which on a cell makes a finding; marked beside the colours.
        foot: what stands below, in words.
    """
    effect, ratio = np.full((2, len(subjects), len(joints)), np.nan)
    left_out = np.zeros(effect.shape, bool)
    for cell in cells:
        place = subjects.index(cell["subject"]), joints.index(cell["joint"])
        effect[place], ratio[place] = cell["effect_mm"], cell["ratio"]
        left_out[place] = cell["left_out"]
    figure = new_figure(0.47 * len(joints) + 2.2, 0.36 * len(subjects) + 1.9)
    with style():
        axes = figure.add_subplot()
        shown = axes.imshow(ratio, cmap=_COLORS, vmin=0, vmax=_FULL, aspect="auto")
        axes.set_xticks(range(len(joints)), joints, rotation=45, ha="right", rotation_mode="anchor")
        axes.set_yticks(range(len(subjects)), subjects)
        axes.set_xticks(np.arange(len(joints) + 1) - 0.5, minor=True)
        axes.set_yticks(np.arange(len(subjects) + 1) - 0.5, minor=True)
        axes.grid(which="minor", color="white", linewidth=1.5)
        axes.tick_params(which="both", length=0)
        axes.spines[:].set_visible(False)
        for row, column in np.argwhere(np.isfinite(effect)):
            axes.text(
                *(column, row, f"{effect[row, column]:.0f}"),
                ha="center",
                va="center",
                fontsize=8,
                color=_choose_ink(ratio[row, column]),
                fontweight="bold" if left_out[row, column] else "normal",
            )
        for finding in findings:
            if finding.kind == "subject-offset" and finding.joint in joints:
                place = joints.index(finding.joint), subjects.index(finding.subject)
                axes.add_patch(_make_ring(place, sure=finding.verdict == "bad-label"))
        bar = figure.colorbar(shown, ax=axes, pad=0.015, aspect=12, ticks=[0, least_ratio, _FULL])
        bar.ax.set_yticklabels(["0", f"{least_ratio:g}", f"{_FULL:g} +"])
        bar.set_label("times what subjects\nusually differ by")
        bar.outline.set_visible(False)
        bar.ax.axhline(least_ratio, color=INK, linewidth=0.8)
        axes.set_title(
            "Labels of each subject's joints, mm from the other subjects', in the frame of the bone",
            loc="left",
        )
        figure.supxlabel(foot, x=0.01, ha="left", fontsize=7.5, color=MUTED)
    return figure


def _make_ring(place: tuple[int, int], *, sure: bool) -> FancyBboxPatch:
    corner = (place[0] - 0.48, place[1] - 0.48)
    return FancyBboxPatch(
        *(corner, 0.96, 0.96),
        boxstyle="round,pad=0,rounding_size=0.12",
        fill=False,
        edgecolor=INK,
        linewidth=2.2,
        linestyle="-" if sure else (0, (2, 1.5)),
    )


def _choose_ink(ratio: float) -> str:
    """What reads on a cell's colour."""
    return "white" if ratio > 0.8 * _FULL else INK


def _describe(audit: Mapping[str, Any]) -> str:
    bodies = f"run {audit['run']}" if audit["run"] else f"the estimates of {audit['estimator']}"
    studio = " Synthetic studio." if audit["synthetic"] else ""
    return (
        "Ring: finding; broken ring: one that blames no label. Bold: by bodies that have not seen the label."
        f"\nCompared on {bodies}, {audit['frames']} frames.{studio} Project {audit['project']}, "
        f"journal position {audit['journal_position']}, Jointlens {audit['code_version']}."
    )
