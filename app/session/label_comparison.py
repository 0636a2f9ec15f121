"""One joint's labels of two subjects side by side, as the paper's Figure 8 shows them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LabelComparison:
    """Frames of two subjects in like poses.

    Attributes:
        joint: its index.
        subjects: the one that is looked at, and the other.
        rows: of the one; empty while they are being looked for.
        other_rows: of the other, each in the pose most like the row at its place.
    """

    joint: int
    subjects: tuple[str, str]
    rows: tuple[int, ...] = ()
    other_rows: tuple[int, ...] = ()

    @property
    def all_rows(self) -> tuple[int, ...]:
        """Rows of both."""
        return (*self.rows, *self.other_rows)
