"""The style sheet, filled with one theme's colours; Fusion draws what it leaves alone."""

from __future__ import annotations

from string import Template

from app.theme.colors import Shades, mix
from app.theme.spacing import CONTROL_HEIGHT, RADIUS, TIGHT

_SHEET = Template("""
QMainWindow, QDialog { background: $window; }
QMainWindow::separator { background: $window; width: 5px; height: 5px; }
QMainWindow::separator:hover { background: $accent; }
QWidget { color: $text; selection-background-color: $accent; selection-color: $on_accent; }
QToolTip { background: $raised; color: $text; border: 1px solid $border_strong; padding: 4px 6px; }

QMenuBar { background: $window; padding: 2px 4px; }
QMenuBar::item { padding: 4px 8px; border-radius: ${radius}px; background: transparent; }
QMenuBar::item:selected { background: $hover; }
QMenu { background: $raised; border: 1px solid $border_strong; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 12px; border-radius: ${radius}px; }
QMenu::item:selected { background: $accent_soft; }
QMenu::item:disabled { color: $faint; }
QMenu::separator { height: 1px; background: $border; margin: 4px 8px; }
QMenu::icon { padding-left: 8px; }

QToolBar { background: $window; border: none; spacing: 2px; padding: 3px 8px; }
QToolBar::separator { background: $border; width: 1px; margin: 4px 6px; }
QStatusBar { background: $window; color: $muted; border-top: 1px solid $border; }
QStatusBar::item { border: none; }

QDockWidget { titlebar-close-icon: none; titlebar-normal-icon: none; color: $muted; }
QTabWidget::pane { border: none; background: $surface; }
QTabBar { background: transparent; qproperty-drawBase: 0; }
QTabBar::tab { background: $window; color: $muted; padding: 6px 12px; border: none;
  border-bottom: 2px solid transparent; }
QTabBar::tab:hover { color: $text; background: $hover; }
QTabBar::tab:selected { color: $text; background: $surface; border-bottom: 2px solid $accent; }

QFrame[role="panel"], QWidget[role="panel"] { background: $surface; }
QFrame[role="bar"] { background: $surface; border-bottom: 1px solid $border; }
QFrame[role="line"] { background: $border; max-height: 1px; border: none; }
QLabel { background: transparent; }
QLabel[role="muted"] { color: $muted; }
QLabel[role="faint"] { color: $faint; }
QLabel[role="heading"] { color: $muted; font-weight: 600; }
QLabel[role="warning"] { color: $warning; }
QLabel[role="danger"] { color: $danger; }
QLabel[role="dock"] { color: $muted; background: $surface; padding: 6px 12px; font-weight: 600;
  border-bottom: 1px solid $border; }
QFrame[role="notice"] { background: $surface; color: $muted; border: 1px solid $border;
  border-radius: ${radius}px; padding: 12px 16px; }
QLabel[role="badge"] { color: $warning; background: $warning_soft; border: 1px solid $warning_line;
  border-radius: ${radius}px; padding: 2px 8px; font-weight: 600; }

QPushButton, QToolButton, QComboBox, QLineEdit, QAbstractSpinBox {
  min-height: ${inner}px; border-radius: ${radius}px; }
QPushButton { background: $raised; border: 1px solid $border_strong; padding: 1px 12px; }
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $border_strong; }
QPushButton:disabled { color: $faint; border-color: $border; background: $surface; }
QPushButton:focus { border-color: $accent; }
QPushButton[role="primary"] { background: $accent; color: $on_accent; border-color: $accent;
  font-weight: 600; }
QPushButton[role="primary"]:hover { background: $accent_hover; }
QPushButton[role="primary"]:disabled { background: $raised; color: $faint; border-color: $border; }
QToolButton { background: transparent; border: 1px solid transparent; padding: 1px 5px; }
QToolButton:hover { background: $hover; }
QToolButton:pressed { background: $border_strong; }
QToolButton:checked { background: $accent_soft; color: $text; }
QToolButton:focus { border-color: $accent; }
QToolButton:disabled { color: $faint; }
QToolButton[role="chip"] { padding: 0 4px; min-height: 18px; color: $muted; font-size: 8.5pt; }
QToolButton[role="chip"]:checked { background: transparent; color: $text; }
QToolButton[role="chip"]:hover { background: $hover; }
QFrame[role="row"] { border-radius: ${radius}px; border: 1px solid transparent; }
QFrame[role="row"]:hover { background: $hover; }
QFrame[role="row"][active="true"] { background: $accent_soft; }
QToolButton::menu-indicator { image: none; }

QLineEdit, QAbstractSpinBox, QComboBox { background: $raised; border: 1px solid $border_strong;
  padding: 1px 6px; }
QAbstractSpinBox[role="compact"] { min-height: 18px; padding: 1px 4px; }
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus { border-color: $accent; }
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled { color: $faint; background: $surface;
  border-color: $border; }
QComboBox::drop-down { border: none; width: 20px; }
QComboBox::down-arrow { image: none; width: 0; height: 0; margin-right: 6px;
  border-left: 4px solid $raised; border-right: 4px solid $raised; border-top: 5px solid $muted; }
QComboBox QAbstractItemView { background: $raised; border: 1px solid $border_strong; outline: none;
  selection-background-color: $accent_soft; selection-color: $text; }

QTreeView, QTableView, QListView, QPlainTextEdit { background: $surface; border: none; outline: none;
  alternate-background-color: $surface; selection-background-color: $accent_soft; selection-color: $text; }
QPlainTextEdit[role="input"] { background: $raised; border: 1px solid $border_strong;
  border-radius: ${radius}px; }
QTreeView::item, QListView::item { min-height: 22px; padding: 1px 2px; border: none; }
QTreeView::item:hover, QListView::item:hover, QTableView::item:hover { background: $hover; }
QTreeView::item:selected, QListView::item:selected, QTableView::item:selected { background: $accent_soft;
  color: $text; }
QTableView { gridline-color: transparent; }
QHeaderView { background: $surface; border: none; }
QHeaderView::section { background: $surface; color: $muted; border: none; padding: 3px 6px; }
QTreeView QHeaderView::section { padding: 3px 2px; }
QHeaderView::section:horizontal { border-bottom: 1px solid $border; }
QTableCornerButton::section { background: $surface; border: none; }


QScrollBar { background: transparent; border: none; margin: 0; }
QScrollBar:vertical { width: 10px; }
QScrollBar:horizontal { height: 10px; }
QScrollBar::handle { background: $border_strong; border-radius: 3px; margin: 2px;
  min-height: 24px; min-width: 24px; }
QScrollBar::handle:hover { background: $faint; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QScrollArea { border: none; background: $surface; }
QSplitter::handle { background: $window; }
QSplitter::handle:hover { background: $accent; }
""")


def build_stylesheet(shades: Shades) -> str:
    """The application's style sheet in these colours."""
    return _SHEET.substitute(
        {name: value for name, value in vars(shades).items() if isinstance(value, str)},
        accent_hover=mix(shades.accent, shades.text, 0.2),
        warning_soft=mix(shades.surface, shades.warning, 0.12),
        warning_line=mix(shades.surface, shades.warning, 0.45),
        radius=RADIUS,
        inner=CONTROL_HEIGHT - TIGHT,
    )
