"""Look over the masks that a project uses, wherever they come from, and make none."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.data.images import read_valid_mask
from core.errors import DatasetError
from core.progress import ProgressCallback
from core.segment.body_silhouette import BodySilhouettes
from core.segment.mask_lint import MaskReport, lint_mask

if TYPE_CHECKING:
    from core.project.project import Project


#: Frames that a report names.
_MOST_SUSPECTS = 20


@dataclass(frozen=True)
class MasksReport:
    """What the masks of a project are like.

    Attributes:
        looked_at: frames that have a mask.
        absent: frames that have none.
        invalid: masks that their first pixel marks as invalid, or that are empty.
        unreadable: frame -> why its mask cannot be read.
        mean_overlap: with the projected bodies; None where no body has a place.
        mean_area_ratio: area over the body's; None where no body has a place.
        truncated: masks that the picture's border cuts.
        wrong: masks that can hardly be the labelled person's, by overlap or size.
        suspects: these, worst overlap first, 20 at most: frame -> what is wrong.
    """

    looked_at: int
    absent: int
    invalid: int
    unreadable: dict[str, str]
    mean_overlap: float | None
    mean_area_ratio: float | None
    truncated: int
    wrong: int
    suspects: dict[str, str]


def lint_masks(
    project: Project, rows: NDArray[np.intp] | None = None, progress: ProgressCallback | None = None
) -> MasksReport:
    """Look over the masks of some rows, or of all, against the bodies of the first estimator.

    Args:
        project: open.
        rows: frames; None is all.
        progress: called with (done, total, message).
    """
    rows = np.arange(len(project.keys)) if rows is None else rows
    bodies, counts = BodySilhouettes(project), Counter[str]()
    unreadable: dict[str, str] = {}
    reports: dict[str, MaskReport] = {}
    for done, row in enumerate(rows.tolist(), start=1):
        key, camera, path = str(project.keys[row]), project.camera(row), project.mask_path(row)
        if progress is not None and (done % 32 == 0 or done == len(rows)):
            progress(done, len(rows), "looking masks over")
        if path is None:
            counts["absent"] += 1
            continue
        try:
            mask = read_valid_mask(path, camera.width, camera.height)
        except DatasetError as error:
            unreadable[key] = str(error)
            continue
        if mask is None or not mask.any():
            counts["invalid"] += 1
        else:
            reports[key] = lint_mask(mask, bodies.draw(row))
    overlaps = [report.overlap for report in reports.values() if report.overlap is not None]
    ratios = [report.area_ratio for report in reports.values() if report.area_ratio is not None]
    wrong = {key: report for key, report in reports.items() if report.wrong}
    worst = sorted(wrong, key=lambda key: (wrong[key].overlap or 0.0, key))[:_MOST_SUSPECTS]
    return MasksReport(
        looked_at=len(rows) - counts["absent"],
        absent=counts["absent"],
        invalid=counts["invalid"],
        unreadable=unreadable,
        mean_overlap=float(np.mean(overlaps)) if overlaps else None,
        mean_area_ratio=float(np.mean(ratios)) if ratios else None,
        truncated=sum(report.truncated for report in reports.values()),
        wrong=len(wrong),
        suspects={key: "; ".join(wrong[key].problems) for key in worst},
    )
