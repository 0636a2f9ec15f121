"""What every panel is: a listener of the session that invokes commands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QWidget

from app.session.changes import Change
from app.session.session import Session


class Panel(QWidget):
    """Base of the panels.

    Args:
        session: what is shown.
        invoke: runs a command by id with JSON arguments.
    """

    def __init__(self, session: Session, invoke: Callable[..., Any]) -> None:
        super().__init__()
        self.session = session
        self.invoke = invoke
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)

    def listen(self) -> None:
        """Draw everything once, then what changes; to be called when the panel is built."""
        self.refresh(Change.everything())
        self.session.changed.connect(self.refresh)

    def ignore(self) -> None:
        """Listen no more; to be called before the window closes."""
        self.session.changed.disconnect(self.refresh, missing_ok=True)

    def refresh(self, change: Change) -> None:
        """Redraw what changed; every panel has its own way (Qt's metaclass leaves no room for ABC's)."""
        raise NotImplementedError(f"{type(self).__name__} does not say how it is redrawn")
