"""The drawing of the two axes, and the pointer that scrubs on them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QFontMetricsF, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PyQt6.QtWidgets import QSizePolicy, QWidget

from app.session.changes import Change
from app.session.session import Session
from app.theme.colors import mix, to_rgb
from app.theme.current import data_colors, shades_of
from app.theme.fonts import SMALL_POINTS, text_font
from app.theme.spacing import GAP, ROOMY, WIDE
from app.timeline.axis import Axis
from core.project.flags import mask_flagged
from core.project.frame_index import Shot
from core.types import BoolArray, FloatArray

_GUTTER = 76
_RULER, _STRIP, _FLAGS, _SPACE = 18, 14, 8, 3
_LINE = 4  # of a variant
_FULL_MM = 80.0  # mean error that is tinted most


class TimeAxes(QWidget):
    """Frames with heat strips above, iterations below; press or drag to go there.

    Args:
        session: what is shown.
        invoke: runs a command by id with JSON arguments.
    """

    def __init__(self, session: Session, invoke: Callable[..., Any]) -> None:
        super().__init__()
        self._session = session
        self._invoke = invoke
        self._flagged: BoolArray = np.zeros(0, bool)
        self._shot: Shot | None = None
        self._dragged: str | None = None
        self._asked: int | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(self.sizeHint().height())
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("Timeline")

    def sizeHint(self) -> QSize:
        """As tall as its rows."""
        rows = 2 * _RULER + 2 * _STRIP + _FLAGS + 4 * _SPACE + GAP
        return QSize(600, round(rows + self._variants_height))

    def refresh(self, change: Change) -> None:
        """Follow the shown frame, the flags and the live run."""
        if change & (Change.FRAME | Change.FLAGS):
            self._find_flags()
        if change & Change.OPTIMISATION and self.height() != self.sizeHint().height():
            self.setFixedHeight(self.sizeHint().height())
        self.update()

    def _find_flags(self) -> None:
        session = self._session
        self._shot = session.project.keys.shot_of(session.row)
        rows = np.arange(self._shot.start, self._shot.stop)
        flags = [flag for flag in session.visible_flags if flag.subject == self._shot.subject]
        masks = mask_flagged(flags, session.project.keys, session.project.joint_set, rows)
        self._flagged = np.any(masks, axis=1)

    # Where things are

    @property
    def frame_axis(self) -> Axis:
        """Cells are the frames of the shown shot."""
        count = self._shot.stop - self._shot.start if self._shot else 0
        return Axis(_GUTTER, self.width() - ROOMY, count)

    @property
    def iteration_axis(self) -> Axis:
        """Cells are the iterations of the live run, and the start."""
        run = self._session.optimisation
        last = max([self._session.terms.iterations, *(variant.iteration for variant in run.variants)])
        return Axis(_GUTTER, self.width() - ROOMY, last + 1)

    @property
    def _variants_height(self) -> float:
        count = len(self._session.optimisation.variants)
        return _SPACE + count * _LINE if count > 1 else 0

    @property
    def _iterations_top(self) -> float:
        return _RULER + _STRIP + _FLAGS + 3 * _SPACE + GAP

    # Pointer

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Go to where it was pressed."""
        if event is not None and event.button() == Qt.MouseButton.LeftButton:
            self._dragged = "frames" if event.position().y() < self._iterations_top else "iterations"
            self._asked = None
            self._scrub(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """Go on to where it is dragged."""
        if event is not None and self._dragged:
            self._scrub(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        """Leave it there."""
        self._dragged = None

    def _scrub(self, x: float) -> None:
        axis = self.frame_axis if self._dragged == "frames" else self.iteration_axis
        index = axis.index_at(x)
        if index == self._asked:
            return
        self._asked = index
        if self._dragged == "frames" and self._shot is not None:
            self._invoke("frame.go", key=str(self._session.project.keys[self._shot.start + index]))
        elif self._session.optimisation.energies:
            self._invoke("iteration.go", n=min(index, self._session.optimisation.iteration))

    # Drawing

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Both axes."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(text_font(SMALL_POINTS))
        self._paint_frames(painter)
        self._paint_iterations(painter)
        painter.end()

    def _paint_frames(self, painter: QPainter) -> None:
        if self._shot is None:
            return
        shades, colors = shades_of(self._session), data_colors()
        axis, numbers = self.frame_axis, self._session.project.keys.numbers
        start, stop = self._shot.start, self._shot.stop
        labels = {index: str(int(numbers[start + index])) for index in axis.ticks(spacing=56)}
        self._paint_ruler(painter, axis, 0, "Frame", labels)
        top = float(_RULER)
        self._name_row(painter, "Error", top, _STRIP)
        self._paint_ground(painter, axis, top, _STRIP)
        name = self._session.compared_regressor if self._session.regressors else ""
        shares = self._session.errors.errors_of_rows(name, start, stop) / _FULL_MM
        self._paint_strip(painter, axis, top, _STRIP, shares, (shades.raised, shades.warning))
        top += _STRIP + _SPACE
        self._name_row(painter, "Flags", top, _FLAGS)
        self._paint_ground(painter, axis, top, _FLAGS)
        marks = np.where(self._flagged, 1.0, np.nan)
        self._paint_strip(painter, axis, top, _FLAGS, marks, (colors.label, colors.label))
        self._paint_marker(painter, axis.middle(self._session.row - start), 0, top + _FLAGS)

    def _paint_iterations(self, painter: QPainter) -> None:
        session, shades = self._session, shades_of(self._session)
        axis, top = self.iteration_axis, self._iterations_top
        labels = {index: str(index) for index in axis.ticks(spacing=56)}
        self._paint_ruler(painter, axis, top, "Iteration", labels)
        top += _RULER
        self._name_row(painter, "Energy", top, _STRIP)
        self._paint_ground(painter, axis, top, _STRIP)
        energies = session.optimisation.energies
        if not energies:
            return
        totals = np.log(np.maximum([record.total for record in energies], 1e-12))
        low, high = totals.min(), totals.max()
        shares = (totals - low) / (high - low) if high > low else np.zeros(len(totals))
        # No more cells than pixels, however long the run is.
        count = min(axis.count, max(round(axis.right - axis.left), 1))
        places = (np.arange(count) + 0.5) * axis.count / count - 0.5
        iterations = [record.iteration for record in energies]
        shares = np.interp(places, iterations, shares, left=np.nan, right=np.nan)
        self._paint_strip(painter, axis, top, _STRIP, shares, (shades.accent_soft, shades.accent))
        self._paint_variants(painter, axis, top + _STRIP + _SPACE)
        if session.shown.snapshot is not None and session.shown.live:
            self._paint_marker(
                painter, axis.middle(session.shown.snapshot.iteration), self._iterations_top, top + _STRIP
            )

    def _paint_variants(self, painter: QPainter, axis: Axis, top: float) -> None:
        """A line a variant, from its fork to where it is."""
        run, shades = self._session.optimisation, shades_of(self._session)
        if len(run.variants) < 2:
            return
        for number, variant in enumerate(run.variants):
            y = top + number * _LINE + 1
            active = variant.id == run.active
            painter.setPen(QPen(QColor(shades.variants[variant.id]), 3.0 if active else 1.6))
            painter.drawLine(
                QPointF(axis.middle(variant.forked_at), y), QPointF(axis.middle(variant.iteration), y)
            )

    def _paint_ruler(
        self, painter: QPainter, axis: Axis, top: float, title: str, labels: dict[int, str]
    ) -> None:
        shades = shades_of(self._session)
        metrics = QFontMetricsF(painter.font())
        self._name_row(painter, title, top, _RULER)
        for index, text in labels.items():
            x = axis.middle(index)
            half = metrics.horizontalAdvance(text) / 2
            if x + half > self.width():
                continue
            painter.setPen(QColor(shades.muted))
            painter.drawText(QPointF(x - half, top + _RULER - 6), text)
            painter.setPen(QColor(shades.border_strong))
            painter.drawLine(QPointF(x, top + _RULER - 3), QPointF(x, top + _RULER))

    def _name_row(self, painter: QPainter, name: str, top: float, height: float) -> None:
        painter.setPen(QColor(shades_of(self._session).muted))
        box = QRectF(WIDE, top - 2, _GUTTER - WIDE - GAP, height + 4)
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)

    def _paint_ground(self, painter: QPainter, axis: Axis, top: float, height: float) -> None:
        shades = shades_of(self._session)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(mix(shades.surface, shades.border_strong, 0.35)))
        painter.drawRect(QRectF(axis.left, top, axis.right - axis.left, height))

    def _paint_strip(
        self,
        painter: QPainter,
        axis: Axis,
        top: float,
        height: float,
        shares: FloatArray,
        colors: tuple[str, str],
    ) -> None:
        """One cell a share: from the first colour at 0 to the second at 1, nothing where it is NaN."""
        low, high = (np.array(to_rgb(color), float) for color in colors)
        known = np.isfinite(shares)
        mixed = low + (high - low) * np.clip(np.nan_to_num(shares), 0, 1)[:, None]  # [n, 3]
        pixels = np.zeros((len(shares), 4), np.uint8)  # BGRA in memory
        pixels[known] = np.column_stack([mixed[:, ::-1], np.full(len(shares), 255)])[known]
        image = QImage(pixels.tobytes(), len(shares), 1, 4 * len(shares), QImage.Format.Format_ARGB32)
        painter.drawImage(QRectF(axis.left, top, axis.right - axis.left, height), image.copy())

    def _paint_marker(self, painter: QPainter, x: float, top: float, bottom: float) -> None:
        shades = shades_of(self._session)
        painter.setPen(QPen(QColor(shades.accent), 1.5))
        tip = top + _RULER + 2
        painter.drawLine(QPointF(x, tip), QPointF(x, bottom))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(shades.accent))
        corners = [QPointF(x - 5, tip - 7), QPointF(x + 5, tip - 7), QPointF(x, tip)]
        painter.drawPolygon(QPolygonF(corners))
