"""Whether a mask can be the labelled person's: overlap with the projected body, size, truncation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.segment.instances import measure_overlap
from core.types import BoolArray

#: A mask that shares less with the estimated body is somebody else, or half of the person.
_LEAST_OVERLAP = 0.5
#: Area over the body's area that neither clothes nor a thin estimate explain.
_AREAS = (0.6, 1.8)


@dataclass(frozen=True)
class MaskReport:
    """What was found out about one mask.

    Attributes:
        overlap: intersection over union with the projected body; None without a body.
        area_ratio: its area over the body's; None without a body.
        truncated: whether it touches the picture's border, so that a part of the person is not seen.
        problems: sentences; empty for a mask that looks right.
        wrong: whether overlap or size say that it can hardly be the labelled person's.
    """

    overlap: float | None
    area_ratio: float | None
    truncated: bool
    problems: tuple[str, ...]
    wrong: bool = False


def lint_mask(mask: BoolArray | None, body: BoolArray | None) -> MaskReport:
    """Look a mask over.

    Args:
        mask: (H, W); None where nobody was found.
        body: pixels (H, W) of the estimated body, if there is one.
    """
    if mask is None or not mask.any():
        return MaskReport(None, None, False, ("nobody was found",))
    border = np.concatenate([mask[0, 2:], mask[-1], mask[2:, 0], mask[:, -1]])
    truncated = bool(border.any())
    problems = ["the person is cut by the picture's border"] if truncated else []
    if body is None or not body.any():
        return MaskReport(None, None, truncated, tuple(problems))
    overlap, ratio = measure_overlap(mask, body), int(mask.sum()) / int(body.sum())
    elsewhere, odd_size = overlap < _LEAST_OVERLAP, not _AREAS[0] < ratio < _AREAS[1]
    if elsewhere:
        problems.append(f"overlaps the estimated body by {overlap:.2f} only")
    if odd_size:
        problems.append(f"is {ratio:.1f} times as large as the estimated body")
    return MaskReport(overlap, ratio, truncated, tuple(problems), wrong=elsewhere or odd_size)
