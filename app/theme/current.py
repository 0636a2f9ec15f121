"""The colours that things are shown in now."""

from __future__ import annotations

from PyQt6.QtCore import QCoreApplication

from app.session.session import Session
from app.theme.colors import DATA_COLORS, SHADES, DataColors, Shades

_PROPERTY = "jointlensDataColors"


def shades_of(session: Session) -> Shades:
    """Colours of the window itself."""
    return SHADES[session.appearance.theme]


def data_colors() -> DataColors:
    """Colours of joints and regions; one set for the whole application."""
    application = QCoreApplication.instance()
    name = application.property(_PROPERTY) if application is not None else None
    return DATA_COLORS[name or "standard"]


def choose_data_colors(application: QCoreApplication, name: str) -> None:
    """Choose the set by its name in ``DATA_COLORS``; views follow at the next change of theme."""
    application.setProperty(_PROPERTY, name)
