"""How opaque each layer is drawn, as sliders that open from a button."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QGridLayout, QLabel, QMenu, QSlider, QWidget, QWidgetAction

from app.session.appearance import OPACITIES
from app.session.session import Session
from app.theme.spacing import GAP, TIGHT, WIDE

_TITLES = {
    "image": "Picture",
    "labels": "Labels",
    "joints": "Regressed joints",
    "mask": "Mask",
    "silhouette": "Silhouette",
    "difference": "Difference",
    "mesh": "Wireframe",
}


class OpacityMenu(QMenu):
    """One slider a layer, 0 to 100 %.

    Args:
        session: whose opacities are shown.
        invoke: runs a command by id with JSON arguments.
    """

    def __init__(self, session: Session, invoke: Callable[..., Any]) -> None:
        super().__init__()
        self._session = session
        self.sliders: dict[str, QSlider] = {}
        ground = QWidget()
        grid = QGridLayout(ground)
        grid.setContentsMargins(WIDE, GAP, WIDE, GAP)
        grid.setHorizontalSpacing(WIDE)
        grid.setVerticalSpacing(TIGHT)
        for line, layer in enumerate(OPACITIES):
            slider = QSlider(Qt.Orientation.Horizontal)
            slider.setRange(0, 100)
            slider.setFixedWidth(140)
            slider.setAccessibleName(f"Opacity of {_TITLES[layer]}")
            slider.valueChanged.connect(partial(self._set, invoke, layer))
            self.sliders[layer] = slider
            grid.addWidget(QLabel(_TITLES[layer]), line, 0)
            grid.addWidget(slider, line, 1)
        action = QWidgetAction(self)
        action.setDefaultWidget(ground)
        self.addAction(action)
        self.aboutToShow.connect(self.show_opacities)

    def show_opacities(self) -> None:
        """Follow the session."""
        for layer, slider in self.sliders.items():
            slider.blockSignals(True)
            slider.setValue(round(100 * self._session.appearance.opacities[layer]))
            slider.blockSignals(False)

    def _set(self, invoke: Callable[..., Any], layer: str, percent: int) -> None:
        invoke("layer.opacity", layer=layer, opacity=percent / 100)
