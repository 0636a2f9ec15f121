"""The end of a window or view, in Qt's own order."""

from __future__ import annotations

from PyQt6.QtCore import QCoreApplication, QEvent
from PyQt6.QtWidgets import QWidget


def dispose(widget: QWidget) -> None:
    """Close a widget and destroy it with its children now, rather than when nothing refers to it any more.

    Python's garbage collector destroys them in any order, and runs in whichever thread happens to allocate: a
    plot that is half gone while Qt still paints it, or that goes in a loader's thread, ends the process.
    """
    widget.close()
    widget.deleteLater()
    QCoreApplication.sendPostedEvents(widget, QEvent.Type.DeferredDelete.value)
