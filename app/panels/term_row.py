"""One term of the energy: switch, name, share of the total, weight, and why it cannot be used."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import QAbstractSpinBox, QDoubleSpinBox, QGridLayout
from superqt import QToggleSwitch

from app.panels.controls import make_label, make_note
from app.theme.colors import Shades
from core.energy.terms import Term
from core.optimize.settings import TermSetting


class TermRow:
    """The widgets of one term in a grid.

    Args:
        term: of the table of terms.
        invoke: runs a command by id with JSON arguments.
    """

    def __init__(self, term: Term, invoke: Callable[..., Any]) -> None:
        self._term = term
        self._invoke = invoke
        self._state: tuple[TermSetting, str, str] | None = None  # as shown
        self.switch = QToggleSwitch()
        self.switch.setAccessibleName(term.name)
        self.switch.clicked.connect(self._toggle)
        self.name = make_label(term.name)
        self.name.setToolTip(f"<b>{term.name}</b><br>{term.formula}<br><i>{term.source}</i>")
        self.share = make_label(role="muted")
        self.share.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.share.setMinimumWidth(44)
        self.weight = QDoubleSpinBox()
        self.weight.setAccessibleName(f"Weight of {term.name}")
        self.weight.setRange(0, 1e6)
        self.weight.setDecimals(3)
        self.weight.setStepType(QAbstractSpinBox.StepType.AdaptiveDecimalStepType)
        self.weight.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
        self.weight.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.weight.setKeyboardTracking(False)
        self.weight.setFixedWidth(76)
        self.weight.valueChanged.connect(self._weigh)
        self.reason = make_note()
        self.reason.setProperty("role", "warning")
        self.reason.hide()

    def place(self, grid: QGridLayout, line: int) -> None:
        """Put it on a line of a grid, with its reason on the next."""
        grid.addWidget(self.switch, line, 0)
        grid.addWidget(self.name, line, 1)
        grid.addWidget(self.share, line, 2)
        grid.addWidget(self.weight, line, 3)
        grid.addWidget(self.reason, line + 1, 1, 1, 3)

    def set_shades(self, shades: Shades) -> None:
        """Take a theme's colours; the switch has the colour of the term's curve."""
        self.switch.onColor = QColor(shades.terms[self._term.id])
        self.switch.offColor = QColor(shades.border_strong)
        self.switch.handleColor = QColor("#ffffff")

    def show_setting(self, setting: TermSetting, *, share: float | None, unavailable: str) -> None:
        """Show a setting.

        Args:
            setting: switch and weight.
            share: of the total energy at the last iteration, 0 to 1.
            unavailable: why it cannot be used on this frame, or empty.
        """
        state = (setting, "" if share is None or not setting.on else f"{100 * share:.0f} %", unavailable)
        if state == self._state:
            return
        self._state = state
        self.switch.setChecked(setting.on)
        self.switch.setEnabled(not unavailable)
        self.name.setEnabled(setting.on)
        self.share.setText(state[1])
        self.weight.setEnabled(setting.on)
        self.weight.blockSignals(True)
        self.weight.setValue(setting.weight)
        self.weight.blockSignals(False)
        self.reason.setText(unavailable)
        self.reason.setVisible(bool(unavailable))

    def _toggle(self) -> None:
        self._state = None  # the switch moved by itself
        self._invoke("term.toggle", term=self._term.id)

    def _weigh(self, weight: float) -> None:
        self._state = None
        self._invoke("term.weight", term=self._term.id, weight=weight)
