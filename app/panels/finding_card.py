"""One finding: its sentence, what speaks for and against it, the frames that show it, and the decision."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.panels.evidence_strip import EvidenceStrip
from app.panels.finding_table import VERDICTS
from app.session.session import Session
from app.theme.controls import make_button, make_label, make_note, set_role
from app.theme.current import shades_of
from app.theme.spacing import GAP, TIGHT
from core.audit.sentences import FRAMES
from core.project.finding import Finding
from core.project.reviews import Decision

_BUTTONS: tuple[tuple[str, str, str], ...] = (
    ("finding.accept", "Accept", "Its labels are bad: flag them all"),
    ("finding.reject", "Reject", "Its labels are good"),
    ("finding.undecided", "Undecided", "Looked at, left open"),
)
_DECIDED: dict[Decision, str] = {"accepted": "accepted", "rejected": "rejected", "undecided": "left open"}


class FindingCard(QWidget):
    """Shows the finding that is looked at.

    Args:
        session: what is shown.
        invoke: runs a command by id with JSON arguments.
    """

    def __init__(self, session: Session, invoke: Callable[..., Any]) -> None:
        super().__init__()
        self._session = session
        self.sentence = make_label()
        self.sentence.setWordWrap(True)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.verdict = make_label(role="badge")
        self.interval = make_label(role="muted")
        self.interval.setWordWrap(True)
        self.evidence = QLabel()
        self.evidence.setTextFormat(Qt.TextFormat.RichText)
        self.evidence.setWordWrap(True)
        self.strip = EvidenceStrip(session)
        self.strip.picked.connect(lambda n: invoke("finding.frame", n=n))
        self.influence = make_note()
        self.reviews = make_note()
        self.buttons = {command: make_button(title) for command, title, _ in _BUTTONS}
        self.note = make_button("Note…")
        self.note.clicked.connect(lambda: invoke("finding.note"))
        self.compare = make_button("Compare subjects")
        self.compare.setToolTip(
            "The same joint of another subject, in the frames of the most similar pose, side by side"
        )
        self.compare.clicked.connect(lambda: invoke("subjects.compare"))
        self.refit = make_button("Refit without the flagged labels")
        self.refit.clicked.connect(lambda: invoke("regressor.refit", **choose_refit(session)))
        for command, button in self.buttons.items():
            button.clicked.connect(lambda _checked, command=command: invoke(command))
        self._lay_out()

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(GAP)
        line.addWidget(self.verdict)
        line.addWidget(self.interval, 1)
        decide = QGridLayout()
        decide.setSpacing(TIGHT)
        for number, button in enumerate(self.buttons.values()):
            decide.addWidget(button, 0, number)
        more = QHBoxLayout()
        more.setSpacing(TIGHT)
        more.addWidget(self.compare, 2)
        more.addWidget(self.note, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(self.sentence)
        column.addLayout(line)
        column.addLayout(decide)
        column.addWidget(self.refit)
        column.addWidget(self.strip)
        column.addLayout(more)
        for widget in (self.reviews, self.evidence, self.influence):
            column.addWidget(widget)
        column.addStretch(1)

    def show_finding(self, finding: Finding | None) -> None:
        """Show a finding; None hides the card."""
        self.setVisible(finding is not None)
        if finding is None:
            self.strip.show_rows((), None)
            return
        review = self._session.review
        self.sentence.setText(finding.sentence)
        self.verdict.setText(VERDICTS[finding.verdict])
        low, high = finding.interval_mm
        frame, in_full = FRAMES[finding.kind]
        self.interval.setText(f"{finding.effect_mm:.0f} mm, 95% {low:.0f} to {high:.0f}, {frame}")
        self.interval.setToolTip(
            f"How far the labels are off, with its 95% interval: {in_full}.<br>The Joint panel and the table "
            "of errors measure otherwise, in the camera's frame from pelvis to pelvis: their figures differ."
        )
        self.evidence.setText(self._list_evidence(finding))
        self.influence.setText(describe_influence(finding))
        self.influence.setVisible(bool(self.influence.text()))
        joints = review.joints_of(finding)
        whole = len(joints) == len(self._session.project.joint_set)
        joint = None if whole or finding.kind == "swap" else self._session.project.joint_set.index(joints[0])
        self.strip.show_rows(tuple(review.frames_of(finding)), joint)
        self.compare.setEnabled(joint is not None)
        own = review.own_review(finding.id)
        for (command, _title, told), button in zip(_BUTTONS, self.buttons.values()):
            chosen = own is not None and command.endswith(_COMMANDS[own.decision])
            button.setProperty("role", "primary" if chosen else "")
            button.style().polish(button)
            button.setToolTip(told)
            button.setEnabled(not self._session.project.read_only)
        self._show_refit(accepted=own is not None and own.decision == "accepted")
        self._show_reviews(finding)

    def _show_refit(self, *, accepted: bool) -> None:
        """What follows from flags: a regressor that was fitted without them."""
        self.refit.setVisible(accepted and not self._session.project.read_only)
        if accepted:
            told = choose_refit(self._session)
            self.refit.setToolTip(f"Fit {told['name']} to the bodies of {told['source']}, in the background")

    def _show_reviews(self, finding: Finding) -> None:
        review = self._session.review
        own = review.own_review(finding.id)
        lines = [f"You noted: {own.note}"] if own is not None and own.note else []
        for other in review.other_reviews(finding.id):
            told = (_DECIDED[other.decision], other.note)
            lines.append(f"{other.reviewer}: {', '.join(part for part in told if part)}")
        if review.blind:
            lines.append("Blind review: what others decided is hidden.")
        self.reviews.setText("\n".join(lines))
        self.reviews.setVisible(bool(lines))
        set_role(self.reviews, "warning" if review.blind else "muted")

    def _list_evidence(self, finding: Finding) -> str:
        shades = shades_of(self._session)
        rows = [(shades.success, "✓", text) for text in finding.evidence_for]
        rows += [(shades.warning, "✗", text) for text in finding.evidence_against]
        cells = "".join(
            f'<tr><td style="color:{color}">{mark}&nbsp;</td><td>{escape(text)}</td></tr>'
            for color, mark, text in rows
        )
        return f'<table cellspacing="0" cellpadding="1">{cells}</table>' if rows else ""


_COMMANDS: dict[Decision, str] = {"accepted": "accept", "rejected": "reject", "undecided": "undecided"}


def choose_refit(session: Session) -> dict[str, str]:
    """Bodies to refit from, and the regressor's name: of the run that was audited, else the estimates."""
    if session.review.bodies in session.runs:
        return {"source": session.review.bodies, "name": "J_opt"}
    return {"source": "initial", "name": "J_spin"}


def describe_influence(finding: Finding) -> str:
    """What leaving a finding's labels out would change, in words; empty while it is not computed."""
    influence = finding.influence or {}
    parts = []
    if isinstance(influence.get("joint_mm"), int | float):
        parts.append(f"a refit without them moves the joint by {influence['joint_mm']:.1f} mm")
    if isinstance(influence.get("mpjpe_mm"), int | float):
        parts.append(f"the test MPJPE by {influence['mpjpe_mm']:+.2f} mm".replace("-", "−"))
    return f"{', '.join(parts)}.".capitalize().replace("mpjpe", "MPJPE") if parts else ""
