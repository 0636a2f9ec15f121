"""The live run's variants: which is steered, how far each is, which are compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QMouseEvent
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QInputDialog, QVBoxLayout, QWidget
from superqt import QElidingLabel

from app.session.optimisation import Variant
from app.session.session import Session
from app.theme.controls import make_label, make_tool
from app.theme.current import shades_of
from app.theme.icons import chip, icon
from app.theme.spacing import HAIR, TIGHT


class VariantList(QWidget):
    """One row a variant; hidden until there are two.

    Args:
        session: what is shown.
        invoke: runs a command by id with JSON arguments.
    """

    def __init__(self, session: Session, invoke: Callable[..., Any]) -> None:
        super().__init__()
        self._session = session
        self._invoke = invoke
        self.rows: dict[str, VariantRow] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(HAIR)

    def show_variants(self) -> None:
        """Follow the live run and the theme."""
        run = self._session.optimisation
        present = {variant.id for variant in run.variants}
        for name in self.rows.keys() - present:
            row = self.rows.pop(name)
            self._column.removeWidget(row)
            row.deleteLater()
        for place, variant in enumerate(run.variants):
            if variant.id not in self.rows:
                self.rows[variant.id] = VariantRow(variant.id, self._session, self._invoke)
                self._column.insertWidget(place, self.rows[variant.id])
            self.rows[variant.id].show_variant(variant)
        self.setVisible(len(run.variants) > 1)


class VariantRow(QFrame):
    """Name, iteration and total energy; a click steers it, a double click names it.

    Args:
        variant: its id.
        session: what is shown.
        invoke: runs a command by id with JSON arguments.
    """

    def __init__(self, variant: str, session: Session, invoke: Callable[..., Any]) -> None:
        super().__init__()
        self._variant = variant
        self._session = session
        self._invoke = invoke
        self._shown: tuple[object, ...] = ()
        self.setProperty("role", "row")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.mark = make_label()
        self.name = QElidingLabel()
        self.iteration = make_label(role="muted")
        self.energy = make_label()
        self.energy.setMinimumWidth(44)
        self.energy.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.eye = make_tool("Take part in the comparison", checkable=True)
        self.remove = make_tool("Remove this variant")
        self.eye.clicked.connect(lambda: invoke("optimize.hide", variant=variant))
        for button in (self.eye, self.remove):
            button.setProperty("role", "chip")
        self.remove.clicked.connect(lambda: invoke("optimize.remove", variant=variant))
        line = QHBoxLayout(self)
        line.setContentsMargins(TIGHT, 0, 0, 0)
        line.setSpacing(TIGHT)
        line.addWidget(self.mark)
        line.addWidget(self.name, 1)
        for widget in (self.iteration, self.energy, self.eye, self.remove):
            line.addWidget(widget)

    def show_variant(self, variant: Variant) -> None:
        """Show how far it is."""
        run, shades = self._session.optimisation, shades_of(self._session)
        active = variant.id == run.active
        seen = variant.id not in self._session.run_view.hidden
        record = variant.energies_at(variant.shown)
        total = f"{record.total:.3g}" if record else ""
        state = (run.title_of(variant), variant.shown, total, active, seen, shades.surface)
        if state == self._shown:
            return
        self._shown = state
        title = run.title_of(variant)
        self.setProperty("active", active)
        self.style().polish(self)
        self.mark.setPixmap(chip(shades.variants[variant.id], hollow=not active).pixmap(12, 12))
        self.name.setText(title)
        origin = (
            f"<br>forked from {variant.parent} at iteration {variant.forked_at}" if variant.parent else ""
        )
        self.setToolTip(f"<b>{title}</b>{origin}<br>Click to steer it, double click to name it")
        self.iteration.setText(str(variant.shown))
        self.energy.setText(total)
        self.eye.setIcon(icon("eye" if seen else "hidden", shades))
        self.eye.setChecked(seen)
        self.remove.setIcon(icon("close", shades))

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Steer it."""
        self._invoke("optimize.choose", variant=self._variant)

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        """Name it."""
        variant = self._session.optimisation.find(self._variant)
        if variant is not None:
            name, taken = QInputDialog.getText(self, "Name this variant", "Name", text=variant.name)
            if taken:
                self._invoke("optimize.rename", variant=self._variant, name=name)
