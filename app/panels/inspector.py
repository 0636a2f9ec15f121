"""Everything about the joint under the pointer, or else the selected one."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import numpy as np
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel, QVBoxLayout

from app.panels.finding_table import VERDICTS, describe_place
from app.panels.flag_table import describe_flagged
from app.panels.panel import Panel
from app.session.changes import Change
from app.session.frame_data import FrameData
from app.session.session import Session
from app.theme.controls import make_label, make_note
from app.theme.current import data_colors, shades_of
from app.theme.fonts import TITLE_POINTS, text_font
from app.theme.spacing import GAP, WIDE
from core.audit.sentences import FRAMES
from core.types import FloatArray


class Inspector(Panel):
    """Says where a joint's label lies, how far each regressor is from it, and what is known against it.

    Args:
        session: what is shown.
        invoke: runs a command by id with JSON arguments.
    """

    def __init__(self, session: Session, invoke: Callable[..., Any]) -> None:
        super().__init__(session, invoke)
        self._pointed: tuple[str, int] | None = None  # source and joint
        self.title = make_label()
        self.title.setFont(text_font(TITLE_POINTS, bold=True))
        self.place = make_note()
        self.place.setToolTip(
            "Pixels of the whole picture; metres in the camera's frame: right, down, forward"
        )
        self.figures = QLabel()
        self.figures.setTextFormat(Qt.TextFormat.RichText)
        self.figures.setToolTip(
            "Distance to the label; in millimetres in the camera's frame, once the pelvises are in one place"
        )
        self.figures.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.offset = make_note()
        self.everywhere = make_note()
        self.flags = make_note()
        self.findings = make_note()
        self.findings.setTextFormat(Qt.TextFormat.RichText)
        self.findings.linkActivated.connect(lambda name: self.invoke("finding.go", id=name))
        self.vertex = QLabel()
        self.vertex.setTextFormat(Qt.TextFormat.RichText)
        self.vertex.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column = QVBoxLayout(self)
        column.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        column.setSpacing(GAP)
        for widget in (
            *(self.title, self.place, self.figures, self.offset, self.everywhere),
            *(self.findings, self.flags, self.vertex),
        ):
            column.addWidget(widget)
        column.addStretch(1)
        self.listen()

    def point_at(self, source: str | None, joint: int = 0) -> None:
        """Tell which source's joint is under the pointer; None for none."""
        pointed = None if source is None else (source, joint)
        if pointed != self._pointed:
            self._pointed = pointed
            self._show()

    def refresh(self, change: Change) -> None:
        """Follow the selection, the shown frame, flags, findings, what is measured and the theme."""
        if change & _FOLLOWED:
            self._show()

    def _show(self) -> None:
        joint = self.session.selection if self._pointed is None else self._pointed[1]
        frame = self.session.shown.frame
        self.vertex.setText(self._describe_vertex())
        self.vertex.setVisible(bool(self.vertex.text()))
        known = frame is not None and joint is not None
        for widget in (self.title, self.place, self.figures, self.offset, self.everywhere, self.findings):
            widget.setVisible(known)
        if frame is None or joint is None:
            self.flags.setText("Point at a joint in the picture, or click it to keep it here.")
            return
        self.title.setText(self.session.project.joint_set.names[joint])
        self.place.setText(_describe_label(frame, joint))
        self.figures.setText(self._tabulate(frame, joint))
        self.offset.setText(self._describe_offset(frame, joint))
        self.everywhere.setText(self._describe_everywhere(frame, joint))
        self.everywhere.setVisible(bool(self.everywhere.text()))
        self.flags.setText(self._describe_flags(joint))
        self.findings.setText(self._list_findings(frame, joint))
        self.findings.setVisible(bool(self.findings.text()))

    def _tabulate(self, frame: FrameData, joint: int) -> str:
        """A table of errors in pixels and millimetres, a row a regressor, and where one of them lies."""
        if not frame.joints:
            return "No body to compare with."
        shades, colors = shades_of(self.session), data_colors()
        head = "".join(f'<td align="right" style="color:{shades.muted}">{name}</td>' for name in _COLUMNS)
        rows = [f"<tr><td></td>{head}</tr>"]
        for name in frame.joints:
            errors = (frame.errors_px[name][joint], frame.errors_mm[name][joint])
            cells = "".join(
                f'<td align="right">{f"{error:.1f}" if np.isfinite(error) else "–"}</td>' for error in errors
            )
            count = int((self.session.regressors[name].weights[joint] > 0).sum())
            cells += f'<td align="right" style="color:{shades.muted}">{count}</td>'
            mark = f'<span style="color:{colors.joints(name)}">●</span>'
            rows.append(f"<tr><td>{mark} {_shorten(name)}</td>{cells}</tr>")
        return f'<table cellpadding="2">{"".join(rows)}</table>'

    def _describe_offset(self, frame: FrameData, joint: int) -> str:
        """Where the regressor under the pointer, or the last one shown, lies from the label."""
        name = self._pointed[0] if self._pointed else ""
        if name not in frame.joints:
            shown = [name for name in self.session.appearance.shown_regressors if name in frame.joints]
            name = shown[-1] if shown else ""
        if not name:
            return ""
        joints, labels = frame.joints[name], frame.label_joints
        pelvis = self.session.project.joint_set.pelvis
        offset = 1000 * ((joints - joints[pelvis]) - (labels - labels[pelvis]))[joint]
        if joint == pelvis or not np.isfinite(offset).all():
            return ""
        return (
            f"{_shorten(name)} lies {describe_offset(offset)} its label, in the camera's frame with the "
            "pelvises in one place."
        )

    def _describe_everywhere(self, frame: FrameData, joint: int) -> str:
        """The joint's mean error in all of the subject's frames, beside the other subjects'."""
        session, subject = self.session, frame.key.subject
        name = session.compared_regressor if session.regressors else ""
        if name not in session.errors.survey.errors:
            return ""
        heat = session.errors.survey.tabulate(session.project.keys, name, by="subject")
        values = dict(zip(heat.groups, heat.values[joint]))
        own = heat.with_flagged[joint, heat.groups.index(subject)]
        del values[subject]
        others = [value for value in values.values() if np.isfinite(value)]
        if not np.isfinite(own) or not others:
            return ""
        return (
            f"In all frames of {subject} {own:.0f} mm by {_shorten(name)}, measured likewise; "
            f"the other subjects {min(others):.0f} to {max(others):.0f} mm."
        )

    def _list_findings(self, frame: FrameData, joint: int) -> str:
        """The findings about the label, each a link to it."""
        found = self.session.review.find_for(frame.key.subject, joint, frame.row)
        shades = shades_of(self.session)
        return "<br>".join(
            f'<a style="color:{shades.accent}; text-decoration:none" href="{escape(finding.id)}"'
            f' title="{escape(finding.sentence)}">Finding: {escape(describe_place(finding))}</a>,'
            f" {finding.effect_mm:.0f} mm ({FRAMES[finding.kind][0]}), {VERDICTS[finding.verdict]}"
            for finding in found
        )

    def _describe_vertex(self) -> str:
        """The joints that the picked vertex feeds, by the regressors that know it."""
        vertex, session = self.session.vertex, self.session
        if vertex is None:
            return ""
        names, colors = session.project.joint_set.names, data_colors()
        fed = session.fed_joints(vertex)
        rows = "".join(
            f'<tr><td><span style="color:{colors.joints(name)}">●</span> {_shorten(name)}</td>'
            f'<td>{names[joint]}</td><td align="right">{weight:.3f}</td></tr>'
            for name, joint, weight in fed[:_FEEDS]
        )
        more = f"<br>and {len(fed) - _FEEDS} more" if len(fed) > _FEEDS else ""
        told = (
            f'<table cellpadding="2">{rows}</table>{more}' if fed else "<br>feeds no joint of any regressor"
        )
        return f"<b>Vertex {vertex}</b>{told}"

    def _describe_flags(self, joint: int) -> str:
        return "\n".join(map(describe_flagged, self.session.flags_on(joint))) or "Not flagged."


_FOLLOWED = (
    Change.SELECTION
    | Change.FRAME_DATA
    | Change.ITERATION
    | Change.FLAGS
    | Change.FINDINGS
    | Change.SURVEY
    | Change.HEAT
    | Change.REGRESSORS
    | Change.THEME
)
_COLUMNS = ("px", "mm", "weights")
_FEEDS = 6  # joints that a vertex's list is cut off after


def _describe_label(frame: FrameData, joint: int) -> str:
    pixels, metres = frame.label_keypoints[joint], frame.label_joints[joint]
    if not np.isfinite(metres).all():
        return "This frame has no label of it."
    x, y, z = metres
    place = f"{x:.3f}, {y:.3f}, {z:.3f}\N{NO-BREAK SPACE}m"
    return f"Label at {pixels[0]:.1f}, {pixels[1]:.1f} px; in the camera's frame {place}"


def _shorten(name: str, *, longest: int = 12) -> str:
    return name if len(name) <= longest else f"{name[: longest - 4]}…{name[-3:]}"


def describe_offset(offset: FloatArray) -> str:
    """``17 mm left of, 28 mm above and 8 mm behind``: where something lies, as the camera sees it.

    Args:
        offset: in the camera frame, (3,) millimetres; parts under half a millimetre are left out.
    """
    words = (("right of", "left of"), ("below", "above"), ("behind", "in front of"))
    parts = [
        f"{abs(length):.0f} mm {ahead if length > 0 else back}"
        for length, (ahead, back) in zip(offset.tolist(), words)
        if abs(length) >= 0.5
    ]
    *most, last = parts or ["on"]
    return f"{', '.join(most)} and {last}" if most else last
