"""Icons by what they stand for, drawn by QtAwesome from Material Design's font in the theme's colours."""

from __future__ import annotations

from functools import cache

import qtawesome
from PyQt6.QtCore import QRect, QSize
from PyQt6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap

from app.theme.colors import Shades

NAMES: dict[str, str] = {
    "previous": "mdi6.skip-previous",
    "next": "mdi6.skip-next",
    "play": "mdi6.play",
    "pause": "mdi6.pause",
    "step": "mdi6.debug-step-over",
    "reset": "mdi6.restart",
    "fit": "mdi6.fit-to-page-outline",
    "view_frame": "mdi6.camera-outline",
    "view_front": "mdi6.human-handsdown",
    "view_side": "mdi6.walk",
    "view_top": "mdi6.arrow-collapse-down",
    "image": "mdi6.image-outline",
    "labels": "mdi6.map-marker-outline",
    "mask": "mdi6.texture-box",
    "silhouette": "mdi6.human-male",
    "difference": "mdi6.circle-half-full",
    "mesh": "mdi6.vector-triangle",
    "crop": "mdi6.crop",
    "paint": "mdi6.brush-variant",
    "refit": "mdi6.calculator-variant-outline",
    "flagged": "mdi6.flag",
    "unflag": "mdi6.flag-off-outline",
    "undo": "mdi6.undo",
    "redo": "mdi6.redo",
    "cancel": "mdi6.close-circle-outline",
    "camera": "mdi6.video-outline",
    "theme": "mdi6.theme-light-dark",
    "subject": "mdi6.account-outline",
    "action": "mdi6.run",
    "warning": "mdi6.alert-outline",
    "done": "mdi6.check-circle-outline",
    "jobs": "mdi6.progress-clock",
    "fork": "mdi6.source-fork",
    "pulls": "mdi6.arrow-decision-outline",
    "displacement": "mdi6.gradient-vertical",
    "single": "mdi6.square-outline",
    "ghosts": "mdi6.layers-outline",
    "split": "mdi6.view-column-outline",
    "close": "mdi6.close",
    "eye": "mdi6.eye-outline",
    "table": "mdi6.table",
    "fast": "mdi6.fast-forward",
    "log": "mdi6.math-log",
    "processor": "mdi6.cpu-64-bit",
    "hidden": "mdi6.eye-off-outline",
    "audit": "mdi6.text-search",
    "finding": "mdi6.magnify-scan",
    "reject": "mdi6.close-circle-outline",
    "undecided": "mdi6.help-circle-outline",
    "open": "mdi6.circle-outline",
    "note": "mdi6.note-edit-outline",
    "blind": "mdi6.eye-off-outline",
    "cameras": "mdi6.view-grid-outline",
    "opacity": "mdi6.circle-opacity",
    "save": "mdi6.content-save-outline",
    "folder": "mdi6.folder-open-outline",
    "file": "mdi6.file-plus-outline",
    "import": "mdi6.database-import-outline",
    "keys": "mdi6.keyboard-outline",
    "compare": "mdi6.compare",
    "help": "mdi6.help-circle-outline",
}


class _DrawnOnce(QIconEngine):
    """Keeps the pictures of an icon: QtAwesome sets its letter anew at every paint of every button."""

    def __init__(self, drawn: QIcon) -> None:
        super().__init__()
        self._drawn = drawn
        self._kept: dict[tuple[object, ...], QPixmap] = {}

    def clone(self) -> QIconEngine:
        """Another one with the same pictures to come."""
        return _DrawnOnce(self._drawn)

    def paint(self, painter: QPainter | None, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw the picture of this size."""
        if painter is not None:
            device = painter.device()
            ratio = device.devicePixelRatioF() if device is not None else 1.0
            painter.drawPixmap(rect, self._take(rect.size(), ratio, mode, state))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """The picture, ``size`` in the screen's pixels."""
        return self._take(size, 1.0, mode, state)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        """The picture, ``size`` in the screen's pixels, ``scale`` of them to an independent one."""
        return self._take(size / scale, scale, mode, state)

    def _take(self, size: QSize, ratio: float, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        key = size.width(), size.height(), ratio, mode, state
        if key not in self._kept:
            self._kept[key] = self._drawn.pixmap(size, ratio, mode, state)
        return self._kept[key]


def icon(name: str, shades: Shades, *, color: str | None = None) -> QIcon:
    """One icon of :data:`NAMES`, muted, and bright where it is checked."""
    return _make_icon(
        NAMES[name],
        color or shades.muted,
        color or shades.text,
        shades.border_strong,
        color or shades.accent,
    )


@cache
def _make_icon(letter: str, usual: str, active: str, disabled: str, on: str) -> QIcon:
    drawn = qtawesome.icon(letter, color=usual, color_active=active, color_disabled=disabled, color_on=on)
    return QIcon(_DrawnOnce(drawn))


def chip(color: str, *, side: int = 12, hollow: bool = False) -> QIcon:
    """A disc in a colour of data; a ring where what it stands for is hidden."""
    pixmap = QPixmap(side * 2, side * 2)
    pixmap.setDevicePixelRatio(2)
    pixmap.fill(QColor(0, 0, 0, 0))
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QColor(color))
    painter.setBrush(QColor(0, 0, 0, 0) if hollow else QColor(color))
    painter.drawEllipse(2, 2, side - 4, side - 4)
    painter.end()
    return QIcon(pixmap)
