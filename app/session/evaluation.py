"""Table I as the window shows it: what an evaluation in the background has written down."""

from __future__ import annotations

from pathlib import Path

import msgspec

#: Titles of a part's columns; errors in millimetres with their 95% intervals.
COLUMNS = ("Estimates", "Regressor", "MPJPE", "95%", "PA-MPJPE", "95%")


class EvaluationPart(msgspec.Struct, frozen=True):
    """Errors, or what they are less those of one regressor.

    Attributes:
        title: in words, with the unit.
        rows: texts in the order of :data:`COLUMNS`.
    """

    title: str
    rows: tuple[tuple[str, ...], ...]


class Evaluation(msgspec.Struct, frozen=True):
    """One protocol's table.

    Attributes:
        title: the protocol in words.
        parts: errors first, then differences.
        notes: what has to be said wherever the figures are shown.
        csv: every figure, as ``evaluate --to FILE.csv`` writes them.
        latex: the table as papers print it.
    """

    title: str
    parts: tuple[EvaluationPart, ...]
    notes: tuple[str, ...]
    csv: str
    latex: str

    @classmethod
    def read(cls, path: Path) -> Evaluation:
        """Read what :meth:`write` wrote."""
        return msgspec.json.decode(path.read_bytes(), type=cls)

    def write(self, path: Path) -> None:
        """Write it for the window."""
        path.write_bytes(msgspec.json.encode(self))

    def to_text(self) -> str:
        """All parts with tabs between columns, as spreadsheets take them."""
        lines = [self.title]
        for part in self.parts:
            lines += ["", part.title, "\t".join(COLUMNS), *("\t".join(row) for row in part.rows)]
        return "\n".join([*lines, "", *self.notes]) + "\n"
