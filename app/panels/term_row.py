"""One term of the energy: switch, name, share of the total and weight, or why it cannot be used."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import QAbstractSpinBox, QDoubleSpinBox, QGridLayout, QSizePolicy
from superqt import QElidingLabel, QToggleSwitch

from app.theme.colors import Shades
from app.theme.controls import make_label
from core.energy.term import Term
from core.optimize.settings import TermSetting

_WEIGHT_WIDTH = 66


class WeightBox(QDoubleSpinBox):
    """A weight of any size, written as short as it can be."""

    def __init__(self) -> None:
        super().__init__()
        self.setRange(0, 1e6)
        self.setDecimals(6)
        self.setStepType(QAbstractSpinBox.StepType.AdaptiveDecimalStepType)
        self.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setKeyboardTracking(False)
        self.setFixedWidth(_WEIGHT_WIDTH)
        self.setProperty("role", "compact")

    def textFromValue(self, value: float) -> str:
        """``1000``, ``0.013``, ``1e-05``."""
        return f"{value:.4g}"


class TermRow:
    """The widgets of one term in a grid.

    Args:
        term: of the table of terms.
        invoke: runs a command by id with JSON arguments.
        key: that switches it, or empty.
    """

    def __init__(self, term: Term, invoke: Callable[..., Any], *, key: str = "") -> None:
        self._term = term
        self._invoke = invoke
        self._state: tuple[TermSetting, str, str] | None = None  # as shown
        self._about = (
            f"<b>{term.name}</b>{f'  ({key})' if key else ''}<br>{term.formula}<br><i>{term.source}</i>"
        )
        self.switch = QToggleSwitch()
        self.switch.handleSize = self.switch.switchHeight - 2  # within the groove, on a light ground too
        self.switch.setAccessibleName(term.name)
        self.switch.clicked.connect(self._toggle)
        self.name = make_label(term.name)
        self.share = make_label(role="muted")
        self.share.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.weight = WeightBox()
        self.weight.setAccessibleName(f"Weight of {term.name}")
        self.weight.valueChanged.connect(self._weigh)
        self.reason = QElidingLabel()
        self.reason.setProperty("role", "muted")
        self.reason.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.reason.setFixedHeight(self.weight.sizeHint().height())
        self.reason.hide()

    def place(self, grid: QGridLayout, line: int) -> None:
        """Put it on a line of a grid; a reason takes the room of share and weight."""
        grid.addWidget(self.switch, line, 0)
        grid.addWidget(self.name, line, 1)
        grid.addWidget(self.share, line, 2)
        grid.addWidget(self.weight, line, 3)
        grid.addWidget(self.reason, line, 2, 1, 2)

    def set_shades(self, shades: Shades) -> None:
        """Take a theme's colours; the switch has the colour of the term's curve."""
        self.switch.onColor = QColor(shades.term(self._term.id))
        self.switch.offColor = QColor(shades.faint)
        self.switch.handleColor = QColor("#ffffff")

    def show_setting(self, setting: TermSetting, *, share: float | None, unavailable: str) -> None:
        """Show a setting.

        Args:
            setting: switch and weight.
            share: of the total energy at the shown iteration, 0 to 1.
            unavailable: why it cannot be used on this frame, or empty.
        """
        state = (setting, "" if share is None or not setting.on else f"{100 * share:.0f} %", unavailable)
        if state == self._state:
            return
        self._state = state
        self.switch.setChecked(setting.on)
        self.switch.setEnabled(not unavailable)
        self.name.setEnabled(setting.on and not unavailable)
        self.share.setText(state[1])
        self.weight.setEnabled(setting.on)
        self.weight.blockSignals(True)
        self.weight.setValue(setting.weight)
        self.weight.blockSignals(False)
        self.reason.setText(unavailable)
        self.share.setVisible(not unavailable)
        self.weight.setVisible(not unavailable)
        self.reason.setVisible(bool(unavailable))
        why = f"<br><br>Cannot be used here: {unavailable}" if unavailable else ""
        for widget in (self.name, self.switch, self.reason):
            widget.setToolTip(self._about + why)

    def _toggle(self) -> None:
        self._state = None  # the switch moved by itself
        self._invoke("term.toggle", term=self._term.id)

    def _weigh(self, weight: float) -> None:
        self._state = None
        self._invoke("term.weight", term=self._term.id, weight=weight)
