"""A tour of the window in five steps, for who opens it for the first time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PyQt6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PyQt6.QtGui import QCloseEvent, QColor, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PyQt6.QtWidgets import QApplication, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.theme.colors import Shades
from app.theme.controls import make_button, make_label, make_note
from app.theme.fonts import TITLE_POINTS, text_font
from app.theme.spacing import GAP, RADIUS, ROOMY

_WIDTH = 340
#: Keys of the tour, and how far each goes.
_KEYS = {
    Qt.Key.Key_Escape: 0,
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Return: 1,
    Qt.Key.Key_Enter: 1,
}


@dataclass(frozen=True)
class Stop:
    """One step.

    Attributes:
        title: what it is about.
        text: what to do there.
        find: gives the part of the window that it points at, brought to the front.
    """

    title: str
    text: str
    find: Callable[[], QWidget]


class Tour(QWidget):
    """Dims the window but for one part, and says what that part is for.

    Args:
        window: that it covers.
        stops: the steps.
        shades: of the theme.
    """

    def __init__(self, window: QWidget, stops: list[Stop], shades: Shades) -> None:
        super().__init__(window)
        self._stops = stops
        self._shades = shades
        self._number = 0
        self._target = QRect()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        # A window of its own: the 3D view lies over whatever is drawn in this one.
        self.plate = QFrame(self, Qt.WindowType.Tool | Qt.WindowType.FramelessWindowHint)
        self.plate.setProperty("role", "notice")
        self.plate.setFixedWidth(_WIDTH)
        self.title = make_label()
        self.title.setFont(text_font(TITLE_POINTS, bold=True))
        self.text = make_note()
        self.count = make_label(role="muted")
        self.back, self.next = make_button("Back"), make_button("Next", primary=True)
        self.leave = make_button("Leave")
        self.back.clicked.connect(lambda: self.go(-1))
        self.next.clicked.connect(lambda: self.go(1))
        self.leave.clicked.connect(self.close)
        keys = make_label("Keys work meanwhile, but Left and Right turn these pages; Esc leaves.", "faint")
        keys.setWordWrap(True)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addWidget(self.count, 1)
        row.addWidget(self.leave)
        row.addWidget(self.back)
        row.addWidget(self.next)
        column = QVBoxLayout(self.plate)
        column.setSpacing(GAP)
        column.addWidget(self.title)
        column.addWidget(self.text)
        column.addWidget(keys)
        column.addLayout(row)
        self.setGeometry(window.rect())
        self._show_stop()
        self.show()
        self.raise_()
        self.plate.show()
        self.next.setFocus()
        application = QApplication.instance()
        assert application is not None
        application.installEventFilter(self)  # taken off when this is destroyed

    @property
    def number(self) -> int:
        """Of the step that is shown, from 0."""
        return self._number

    def go(self, distance: int) -> None:
        """Go on, or back; past the last step the tour is over."""
        self._number += distance
        if self._number >= len(self._stops):
            self.close()
            return
        self._number = max(self._number, 0)
        self._show_stop()

    def _show_stop(self) -> None:
        stop = self._stops[self._number]
        self.title.setText(stop.title)
        self.text.setText(stop.text)
        self.count.setText(f"{self._number + 1} of {len(self._stops)}")
        self.back.setEnabled(self._number > 0)
        self.next.setText("Done" if self._number == len(self._stops) - 1 else "Next")
        target = stop.find()
        QApplication.processEvents()  # what was brought to the front takes its place
        self._target = QRect(target.mapTo(self.parentWidget(), QPoint(0, 0)), target.size())
        self.plate.adjustSize()
        self.plate.move(self.mapToGlobal(self._place_plate()))
        self.update()

    def _place_plate(self) -> QPoint:
        """Beside the part where there is room, else within it at the bottom."""
        size, target, room = self.plate.size(), self._target, self.rect()
        top = min(max(target.top() + ROOMY, ROOMY), room.height() - size.height() - ROOMY)
        if target.right() + ROOMY + size.width() < room.width():
            return QPoint(target.right() + ROOMY, top)
        if target.left() - ROOMY - size.width() > 0:
            return QPoint(target.left() - ROOMY - size.width(), top)
        left = target.center().x() - size.width() // 2
        return QPoint(left, max(target.bottom() - size.height() - ROOMY, ROOMY))

    def closeEvent(self, event: QCloseEvent | None) -> None:
        """The plate goes with it."""
        self.plate.close()
        super().closeEvent(event)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Arrows go on and back, Escape leaves, whatever they run otherwise; all other keys do as ever.

        The focus may be in the window or in the plate, so that keys are caught on their way to either.
        """
        kinds = (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)
        if event is None or event.type() not in kinds or not self._concerns(watched):
            return False
        assert isinstance(event, QKeyEvent)
        key, modifiers = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key not in _KEYS or modifiers != Qt.KeyboardModifier.NoModifier:
            return False
        event.accept()
        if event.type() == QEvent.Type.KeyPress:
            if key == Qt.Key.Key_Escape:
                self.close()
            else:
                self.go(_KEYS[key])
        return True

    def _concerns(self, watched: QObject | None) -> bool:
        """Whether a key is pressed in the window or on the plate, rather than in a dialog over them."""
        ours = (self.window(), self.plate)
        return self.isVisible() and isinstance(watched, QWidget) and watched.window() in ours

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """A veil with a hole."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil, hole = QPainterPath(), QPainterPath()
        veil.addRect(QRectF(self.rect()))
        hole.addRoundedRect(QRectF(self._target), RADIUS, RADIUS)
        painter.fillPath(veil.subtracted(hole), QColor(0, 0, 0, 140))
        painter.setPen(QPen(QColor(self._shades.accent), 2))
        painter.drawPath(hole)
        painter.end()
