"""One joint's labels of two subjects side by side, as the paper's Figure 8 shows them."""

from __future__ import annotations

from dataclasses import dataclass


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
    """

    joint: int
    subjects: tuple[str, str]
    rows: tuple[int, ...] = ()
    other_rows: tuple[int, ...] = ()
    distances: tuple[float, ...] = ()

    @property
    def all_rows(self) -> tuple[int, ...]:
        """Rows of both."""
        return (*self.rows, *self.other_rows)
