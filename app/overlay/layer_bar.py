"""The strip of switches above the picture: what is drawn, and how much of it is seen."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PyQt6.QtWidgets import QFrame, QHBoxLayout, QToolButton

from app.overlay.opacity_menu import OpacityMenu
from app.session.appearance import BASE_LAYERS
from app.session.changes import Change
from app.session.session import Session
from app.theme.controls import make_tool
from app.theme.current import shades_of
from app.theme.icons import icon
from app.theme.spacing import GAP, HAIR, TIGHT

_TITLES = {
    "image": "Picture",
    "labels": "Labels and their skeleton",
    "mask": "Mask",
    "silhouette": "Silhouette of the body",
    "difference": "Mask against silhouette: missed and spilled",
    "mesh": "Wireframe of the body",
}


class LayerBar(QFrame):
    """One switch a layer, and the two ways to fit the picture into the view.

    Args:
        session: what is shown.
        invoke: runs a command by id with JSON arguments.
        fit: shows the whole picture.
        fit_person: shows the person.
    """

    def __init__(
        self,
        session: Session,
        invoke: Callable[..., Any],
        *,
        fit: Callable[[], None],
        fit_person: Callable[[], None],
    ) -> None:
        super().__init__()
        self.setProperty("role", "bar")
        self._session = session
        self.switches: dict[str, QToolButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(GAP, TIGHT, GAP, TIGHT)
        row.setSpacing(HAIR)
        for layer in BASE_LAYERS:
            switch = make_tool(_TITLES[layer], checkable=True)
            switch.clicked.connect(partial(self._toggle, invoke, layer))
            self.switches[layer] = switch
            row.addWidget(switch)
        self._opacity = make_tool("Opacity of the layers")
        self._opacity.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.opacities = OpacityMenu(session, invoke)
        self._opacity.setMenu(self.opacities)
        row.addWidget(self._opacity)
        row.addStretch(1)
        self.cameras = make_tool("All cameras of the instant")
        self.cameras.setCheckable(True)
        self.cameras.clicked.connect(lambda shown: invoke("cameras.toggle", shown=shown))
        row.addWidget(self.cameras)
        self._fit, self._fit_person = make_tool("Whole picture"), make_tool("Person")
        self._fit.clicked.connect(lambda: fit())
        self._fit_person.clicked.connect(lambda: fit_person())
        row.addWidget(self._fit_person)
        row.addWidget(self._fit)
        session.changed.connect(self.refresh)
        self.refresh(Change.everything())

    def refresh(self, change: Change) -> None:
        """Follow the session's layers and theme."""
        if change & Change.THEME:
            shades = shades_of(self._session)
            for layer, switch in self.switches.items():
                switch.setIcon(icon(layer, shades))
            self._fit.setIcon(icon("fit", shades))
            self._opacity.setIcon(icon("opacity", shades))
            self.cameras.setIcon(icon("cameras", shades))
            self._fit_person.setIcon(icon("crop", shades))
        if change & Change.LAYERS:
            self.cameras.setChecked(self._session.appearance.all_cameras)
            for layer, switch in self.switches.items():
                switch.setChecked(layer in self._session.appearance.layers)

    def _toggle(self, invoke: Callable[..., Any], layer: str, _checked: bool) -> None:
        invoke("layer.toggle", layer=layer)
        self.switches[layer].setChecked(layer in self._session.appearance.layers)
