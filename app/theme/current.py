"""The colours that a session is shown in."""

from __future__ import annotations

from app.session.session import Session
from app.theme.colors import SHADES, STANDARD, DataColors, Shades


def shades_of(session: Session) -> Shades:
    """Colours of the window itself."""
    return SHADES[session.theme]


def data_colors_of(session: Session) -> DataColors:
    """Colours of joints and regions."""
    return STANDARD
