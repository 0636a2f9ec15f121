"""The paper's Figure 8 for any two subjects: crops about one joint with its labels, one row a subject."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from app.panels.crop_picture import draw_ring, paint_crop
from app.session.changes import Change
from app.session.label_comparison import LabelComparison
from app.session.session import Session
from app.theme.current import data_colors, shades_of
from app.theme.fonts import SMALL_POINTS, text_font
from app.theme.spacing import GAP, HAIR, WIDE
from core.words import name_joint

#: Columns of crops, at most.
COLUMNS = 4
_GUTTER = 84
_CROP = 230
_CAPTION = 18
_LEGEND = 24
#: Share of the person's crop that is shown: the joint alone where an arrow tells how far it is off.
_NEAR, _NEARER = 0.34, 0.13
_WRAPPED = int(Qt.AlignmentFlag.AlignTop) | int(Qt.TextFlag.TextWordWrap)


class SubjectFigure(QWidget):
    """Draws the session's comparison.

    Args:
        session: what is compared; its companions are drawn.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(420, 340)
        self.setAccessibleName("Two subjects' labels side by side")
        session.changed.connect(self.refresh)

    def sizeHint(self) -> QSize:
        """Crops of 230 pixels, and all of what is told below them."""
        comparison = self._session.comparison
        columns = len(comparison.rows) if comparison is not None and comparison.rows else COLUMNS
        width = _GUTTER + columns * (_CROP + GAP) + WIDE
        foot = self._measure_foot(width, comparison)
        return QSize(width, round(2 * (_CROP + _CAPTION + HAIR) + GAP + foot))

    def refresh(self, change: Change) -> None:
        """Follow the comparison and its frames."""
        if change & (Change.COMPARISON | Change.COMPANIONS | Change.LAYERS | Change.THEME):
            self.update()

    def ignore(self) -> None:
        """Listen no more; to be called before the window closes."""
        self._session.changed.disconnect(self.refresh, missing_ok=True)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """The figure on the theme's ground."""
        painter = QPainter(self)
        self.draw(painter, QRectF(self.rect()))
        painter.end()

    def draw_whole(self, painter: QPainter) -> None:
        """Draw the figure at its own size."""
        self.draw(painter, QRectF(0, 0, self.sizeHint().width(), self.sizeHint().height()))

    def draw(self, painter: QPainter, within: QRectF) -> None:
        """Draw the figure anywhere: on the screen, into a picture, into an SVG."""
        shades, comparison = shades_of(self._session), self._session.comparison
        painter.fillRect(within, QColor(shades.surface))
        if comparison is None:
            painter.setPen(QColor(shades.muted))
            painter.drawText(
                within, Qt.AlignmentFlag.AlignCenter, "Choose a joint, and two subjects to compare."
            )
            return
        columns = len(comparison.rows) or COLUMNS
        foot = self._measure_foot(within.width(), comparison)
        across = (within.width() - _GUTTER - WIDE) / columns - GAP
        down = (within.height() - foot - GAP) / 2 - _CAPTION - HAIR
        side = max(min(across, down), 40.0)
        for line, (subject, rows) in enumerate(
            zip(comparison.subjects, (comparison.rows, comparison.other_rows))
        ):
            top = within.top() + GAP + line * (side + _CAPTION + HAIR)
            name = QRectF(within.left() + WIDE, top, _GUTTER - WIDE - GAP, side)
            self._draw_name(painter, name, subject, comparison.offsets_mm[line])
            for column in range(columns):
                box = QRectF(within.left() + _GUTTER + column * (side + GAP), top, side, side)
                row = rows[column] if column < len(rows) else None
                self._draw_crop(painter, box, row, comparison)
        self._draw_foot(painter, within, comparison)

    def _draw_name(self, painter: QPainter, box: QRectF, subject: str, offset_mm: float | None) -> None:
        """Whose row it is, and how far the label is off."""
        shades = shades_of(self._session)
        painter.setFont(text_font(bold=True))
        painter.setPen(QColor(shades.text))
        above = box.adjusted(0, 0, 0, -box.height() / 2)
        painter.drawText(above, int(Qt.AlignmentFlag.AlignBottom), subject)
        if offset_mm is not None:
            painter.setFont(text_font(SMALL_POINTS))
            painter.setPen(QColor(shades.muted))
            painter.drawText(
                box.adjusted(0, box.height() / 2 + 2, 0, 0), _WRAPPED, f"label {offset_mm:.0f} mm off"
            )

    def _draw_crop(
        self, painter: QPainter, box: QRectF, row: int | None, comparison: LabelComparison
    ) -> None:
        session, joint = self._session, comparison.joint
        expected = None if row is None else comparison.expected_px.get(row)
        frame = None if row is None else session.companions.frames.get(row)
        paint_crop(
            painter,
            box,
            frame,
            joint=joint,
            regressors=self._list_regressors(comparison),
            bones=session.project.joint_set.bones,
            near=_NEARER if comparison.expected_px else _NEAR,
            expected=expected,
        )
        if row is not None:
            key = session.project.keys[row]
            painter.setFont(text_font(SMALL_POINTS))
            painter.setPen(QColor(shades_of(session).muted))
            caption = QRectF(box.left(), box.bottom(), box.width(), _CAPTION)
            told = f"{key.action} {key.camera} {key.frame}"
            if expected is not None and frame is not None:
                apart = np.linalg.norm(frame.label_keypoints[joint] - expected)
                told += f" · {apart:.0f} px"
            text = painter.fontMetrics().elidedText(told, Qt.TextElideMode.ElideMiddle, round(box.width()))
            painter.drawText(caption, Qt.AlignmentFlag.AlignCenter, text)

    def _list_regressors(self, comparison: LabelComparison) -> tuple[str, ...]:
        """Whose joints are drawn: none where the label is held against the other subjects'."""
        return () if comparison.expected_px else self._session.appearance.shown_regressors[-1:]

    def _measure_foot(self, width: float, comparison: LabelComparison | None) -> float:
        """Height of the legend and of all that is told below it."""
        if comparison is None:
            return float(_LEGEND)
        room = QRectF(0, 0, width - 2 * WIDE, 10_000)
        told = QFontMetricsF(text_font(SMALL_POINTS)).boundingRect(room, _WRAPPED, self._tell(comparison))
        return _LEGEND + told.height() + 2 * GAP

    def _draw_foot(self, painter: QPainter, within: QRectF, comparison: LabelComparison) -> None:
        shades, height = shades_of(self._session), self._measure_foot(within.width(), comparison)
        foot = QRectF(within.left() + WIDE, within.bottom() - height, within.width() - 2 * WIDE, height)
        painter.setFont(text_font(SMALL_POINTS))
        metrics = painter.fontMetrics()
        entries = [("label", data_colors().label)]
        if comparison.expected_px:
            entries.append(("where the other subjects' labels put the joint", ""))
        entries += [(name, data_colors().joints(name)) for name in self._list_regressors(comparison)]
        x = foot.left()
        for name, color in entries:
            middle = QPointF(x + 5, foot.top() + GAP + 8)
            if color:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(color))
                painter.drawEllipse(middle, 4.5, 4.5)
            else:
                draw_ring(painter, middle, 5.0)
            painter.setPen(QColor(shades.muted))
            place = QRectF(x + 16, foot.top() + GAP, 400, 17)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, name)
            x += 16 + metrics.horizontalAdvance(name) + WIDE
        painter.setPen(QColor(shades.text))
        painter.drawText(foot.adjusted(0, _LEGEND + GAP, 0, 0), _WRAPPED, self._tell(comparison))

    def _tell(self, comparison: LabelComparison) -> str:
        """What is seen, for somebody who sees nothing but the figure."""
        session = self._session
        joint = session.project.joint_set.names[comparison.joint]
        above, below = comparison.subjects
        told = f"Label of {joint}."
        finding = session.review.finding
        if finding is not None and (finding.subject, finding.joint) == (above, joint):
            told = finding.sentence
        if comparison.expected_px:
            told += (
                f" Arrows lead from where the other subjects' labels put the {name_joint(joint)} to where it "
                "is labelled; cameras that see more of it come first."
            )
        own_offset = comparison.offsets_mm[1]
        held = f", label {own_offset:.0f} mm off by the same measure" if own_offset is not None else ""
        origin = " Synthetic studio." if session.project.synthetic else ""
        return f"{told} {above} above; below, {describe_likeness(comparison, below)}{held}.{origin}"


def describe_likeness(comparison: LabelComparison, other: str) -> str:
    """How the other subject's frames were chosen, and how like their poses are.

    ``S9's frames whose other labels lie nearest in the camera's frame, pelvis on pelvis: 48 mm on average``
    """
    told = f"{other}'s frames whose other labels lie nearest in the camera's frame, pelvis on pelvis"
    known = [1000 * distance for distance in comparison.distances if np.isfinite(distance)]
    if not known:
        return told
    low, high = f"{min(known):.0f}", f"{max(known):.0f}"
    return f"{told}: {low if low == high else f'{low} to {high}'} mm on average"
