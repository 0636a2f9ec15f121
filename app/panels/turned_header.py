"""A header whose titles are turned where the columns are too narrow for them."""

from __future__ import annotations

from PyQt6.QtCore import QRect, QSize, Qt
from PyQt6.QtGui import QColor, QFontMetrics, QIcon, QPainter
from PyQt6.QtWidgets import QHeaderView

from app.session.session import Session
from app.theme.current import shades_of
from app.theme.fonts import SMALL_POINTS, text_font
from app.theme.spacing import GAP, TIGHT

_CHIP = 12
_LONGEST = 92
_SPARE = 2  # a title in exactly its own length is elided, as that is rounded


class TurnedHeader(QHeaderView):
    """Names columns by a coloured mark and a title, the title turned to read upwards when it must be.

    Args:
        session: gives the colours of the theme.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._session = session
        self.setSectionsClickable(True)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.setMinimumSectionSize(36)
        self.sectionResized.connect(self.geometriesChanged)
        self.sectionCountChanged.connect(self.geometriesChanged)

    @property
    def _titles(self) -> list[str]:
        model = self.model()
        if model is None:  # while its table is built or destroyed
            return []
        return [
            str(model.headerData(section, Qt.Orientation.Horizontal))
            for section in range(model.columnCount())
        ]

    @property
    def turned(self) -> bool:
        """Whether some title is wider than its column."""
        metrics = QFontMetrics(text_font(SMALL_POINTS))
        return any(
            metrics.horizontalAdvance(title) + _CHIP + 2 * GAP > self.sectionSize(section)
            for section, title in enumerate(self._titles)
        )

    @property
    def room(self) -> int:
        """Pixels that a turned title has."""
        return self.height() - _CHIP - 2 * GAP

    def sizeHint(self) -> QSize:
        """As tall as the longest title, when titles are turned."""
        size = super().sizeHint()
        if not self.turned:
            return QSize(size.width(), 26)
        metrics = QFontMetrics(text_font(SMALL_POINTS))
        longest = max(map(metrics.horizontalAdvance, self._titles))
        return QSize(size.width(), min(longest, _LONGEST) + _SPARE + _CHIP + 2 * GAP)

    def paintSection(self, painter: QPainter | None, rect: QRect, section: int) -> None:
        """The mark below, the title above it, reading upwards; or side by side."""
        if painter is None:
            return
        model, shades = self.model(), shades_of(self._session)
        title = str(model.headerData(section, Qt.Orientation.Horizontal))
        mark = model.headerData(section, Qt.Orientation.Horizontal, Qt.ItemDataRole.DecorationRole)
        font = text_font(SMALL_POINTS)
        metrics = QFontMetrics(font)
        painter.save()
        painter.fillRect(rect, QColor(shades.surface))
        painter.setFont(font)
        painter.setPen(QColor(shades.muted))
        if self.turned:
            chip = QRect(rect.center().x() - _CHIP // 2, rect.bottom() - _CHIP - TIGHT, _CHIP, _CHIP)
            shown = metrics.elidedText(title, Qt.TextElideMode.ElideMiddle, self.room)
            painter.translate(rect.center().x(), chip.top() - TIGHT)
            painter.rotate(-90)
            half = metrics.height() // 2
            painter.drawText(
                QRect(0, -half, self.room, metrics.height()), Qt.AlignmentFlag.AlignVCenter, shown
            )
            painter.resetTransform()
        else:
            width = metrics.horizontalAdvance(title) + _CHIP + TIGHT
            left = rect.left() + max((rect.width() - width) // 2, 0)
            chip = QRect(left, rect.center().y() - _CHIP // 2, _CHIP, _CHIP)
            painter.drawText(
                rect.adjusted(left - rect.left() + _CHIP + TIGHT, 0, 0, 0),
                Qt.AlignmentFlag.AlignVCenter,
                title,
            )
        if isinstance(mark, QIcon):
            mark.paint(painter, chip)
        painter.restore()

    def sectionSizeFromContents(self, section: int) -> QSize:
        """Titles do not widen their columns."""
        return QSize(self.minimumSectionSize(), self.sizeHint().height())
