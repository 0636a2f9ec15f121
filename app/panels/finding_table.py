"""The listed findings as a table's model."""

from __future__ import annotations

from typing import Any

from PyQt6.QtCore import QAbstractTableModel, QModelIndex, Qt
from PyQt6.QtGui import QColor

from app.session.session import Session
from app.theme.current import shades_of
from app.theme.icons import icon
from core.project.finding import Finding, Kind, Verdict

KINDS: dict[Kind, str] = {
    "subject-offset": "offset",
    "sequence-shift": "shifted sequence",
    "swap": "left and right swapped",
    "outlier": "outlier",
    "drift": "drift",
}
VERDICTS: dict[Verdict, str] = {
    "bad-label": "bad label",
    "bad-fit": "bad fit",
    "bad-regressor": "bad regressor",
    "bad-camera": "bad camera",
    "undecided": "undecided",
}
_DECISIONS = {"accepted": "done", "rejected": "reject", "undecided": "undecided", "open": "open"}


class FindingTable(QAbstractTableModel):
    """One row a finding, in rank order: what was decided, what it is, how large.

    Args:
        session: what is shown.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._findings: tuple[Finding, ...] = ()

    def reload(self) -> None:
        """Take over the listed findings."""
        listed = self._session.review.listed
        if listed != self._findings:
            self.beginResetModel()
            self._findings = listed
            self.endResetModel()
        elif listed:
            self.dataChanged.emit(self.index(0, 0), self.index(len(listed) - 1, 1))

    def finding_at(self, row: int) -> Finding:
        """The finding of a row."""
        return self._findings[row]

    def row_of(self, finding: Finding | None) -> int | None:
        """Row of a finding; None where it is not listed."""
        return self._findings.index(finding) if finding in self._findings else None

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        """Findings."""
        return len(self._findings)

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        """What it is; how large."""
        return 2

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Words of a cell; the whole sentence in the tool tip."""
        finding, first = self._findings[index.row()], index.column() == 0
        match role:
            case Qt.ItemDataRole.DisplayRole if first:
                return f"{name_labels(finding)}\n{describe_place(finding)}"
            case Qt.ItemDataRole.DisplayRole:
                return f"{finding.effect_mm:.0f} mm\n{VERDICTS[finding.verdict]}"
            case Qt.ItemDataRole.DecorationRole if first:
                return self._mark(finding)
            case Qt.ItemDataRole.TextAlignmentRole if not first:
                return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            case Qt.ItemDataRole.ForegroundRole if not first:
                return QColor(shades_of(self._session).muted)
            case Qt.ItemDataRole.ToolTipRole:
                return finding.sentence
        return None

    def _mark(self, finding: Finding) -> Any:
        shades, own = shades_of(self._session), self._session.review.own_review(finding.id)
        decision = own.decision if own else "open"
        color = {"accepted": shades.success, "rejected": shades.danger, "undecided": shades.warning}
        return icon(_DECISIONS[decision], shades, color=color.get(decision, shades.faint))


def name_labels(finding: Finding) -> str:
    """Whose labels a finding is about, such as ``S5 RAnkle``."""
    return f"{finding.subject} {finding.joint or 'all joints'}"


def describe_place(finding: Finding) -> str:
    """Kind and place of a finding, such as ``drift, Walking-1, frames 12-40``."""
    parts = [KINDS[finding.kind], finding.sequence or "all actions"]
    if finding.frames is not None:
        first, last = finding.frames
        parts.append(f"frame{f's {first}-{last}' if last > first else f' {first}'}")
    return ", ".join(parts)
