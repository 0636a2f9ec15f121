"""One joint's labels of two subjects side by side, as the paper's Figure 8 shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class LabelComparison:
    """Frames of two subjects, those of the other one in the poses most like those of the one.

    Attributes:
        joint: its index.
        subjects: the one that is looked at, and the other.
        rows: of the one; empty while they are being looked for.
        other_rows: of the other, each in the pose most like the row at its place.
        distances: how like: mean distance of the two rows' other labels, metres in the camera's frame, once
            the pelvises are in one place.
        offsets_mm: how far the last audit found each of the two subjects' labels from the others'; None where
            it did not compare it.
        expected_px: row -> where the others' labels put the joint, x and y in pixels of the whole image; rows
            are missing where there is no telling.
    """

    joint: int
    subjects: tuple[str, str]
    rows: tuple[int, ...] = ()
    other_rows: tuple[int, ...] = ()
    distances: tuple[float, ...] = ()
    offsets_mm: tuple[float | None, float | None] = (None, None)
    expected_px: Mapping[int, tuple[float, float]] = field(default_factory=dict)

    @property
    def all_rows(self) -> tuple[int, ...]:
        """Rows of both."""
        return (*self.rows, *self.other_rows)
