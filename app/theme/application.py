"""Dress the application in a theme: style, palette, font and style sheet, and pyqtgraph's defaults."""

from __future__ import annotations

import pyqtgraph
from PyQt6.QtGui import QColor, QPalette
from PyQt6.QtWidgets import QApplication

from app.theme.colors import SHADES, Shades
from app.theme.fonts import text_font
from app.theme.stylesheet import build_stylesheet


def apply_theme(application: QApplication, theme: str) -> Shades:
    """Dress everything that is open, and tell the colours for what draws itself.

    Args:
        application: the running application.
        theme: ``dark`` or ``light``.
    """
    shades = SHADES[theme]
    application.setStyle("Fusion")
    application.setFont(text_font())
    application.setPalette(build_palette(shades))
    application.setStyleSheet(build_stylesheet(shades))
    pyqtgraph.setConfigOptions(background=shades.surface, foreground=shades.muted, antialias=True)
    return shades


def build_palette(shades: Shades) -> QPalette:
    """The same colours as a palette, for widgets that the style sheet does not reach."""
    palette = QPalette()
    for role, color in (
        (QPalette.ColorRole.Window, shades.surface),
        (QPalette.ColorRole.WindowText, shades.text),
        (QPalette.ColorRole.Base, shades.raised),
        (QPalette.ColorRole.AlternateBase, shades.surface),
        (QPalette.ColorRole.Text, shades.text),
        (QPalette.ColorRole.Button, shades.raised),
        (QPalette.ColorRole.ButtonText, shades.text),
        (QPalette.ColorRole.ToolTipBase, shades.raised),
        (QPalette.ColorRole.ToolTipText, shades.text),
        (QPalette.ColorRole.PlaceholderText, shades.faint),
        (QPalette.ColorRole.Highlight, shades.accent),
        (QPalette.ColorRole.HighlightedText, shades.on_accent),
        (QPalette.ColorRole.Link, shades.accent),
        (QPalette.ColorRole.Accent, shades.accent),
        (QPalette.ColorRole.Mid, shades.border_strong),
        (QPalette.ColorRole.Dark, shades.border),
    ):
        palette.setColor(role, QColor(color))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(shades.faint))
    return palette
