"""A few words over the viewport when there is nothing in it."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QObject, Qt
from PyQt6.QtWidgets import QLabel, QWidget


class Notice(QLabel):
    """Hidden unless there is something to say; stays in the middle of its parent."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setWordWrap(True)
        self.setProperty("role", "notice")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        parent.installEventFilter(self)

    def show_reason(self, title: str, reason: str) -> None:
        """Say why there is nothing; two empty words hide it."""
        self.setText(f"<b>{title}</b><br>{reason}" if title else "")
        self.setVisible(bool(title))
        self._centre()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Follow the parent's size."""
        if event is not None and event.type() == QEvent.Type.Resize:
            self._centre()
        return False

    def _centre(self) -> None:
        parent = self.parentWidget()
        if parent is None or not self.isVisible():
            return
        self.setFixedWidth(min(320, parent.width() - 32))
        self.adjustSize()
        self.move((parent.width() - self.width()) // 2, (parent.height() - self.height()) // 2)
