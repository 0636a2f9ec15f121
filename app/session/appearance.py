"""How a session's frames are drawn: layers, colours, from where the body is looked at."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from psygnal import SignalInstance

from app.session.changes import Change
from core.errors import SettingsError

CameraView = Literal["frame", "front", "side", "top"]
Theme = Literal["dark", "light"]
DataColorSet = Literal["standard", "safe"]

BASE_LAYERS = ("image", "labels", "mask", "silhouette", "difference", "mesh")

#: How opaque layers are drawn at first.
OPACITIES = {
    "image": 1.0,
    "labels": 1.0,
    "joints": 1.0,
    "mask": 0.45,
    "silhouette": 0.45,
    "difference": 0.75,
    "mesh": 1.0,
}


class Appearance:
    """What a person chose of how things look; part of the session.

    Args:
        changed: told of every choice.
        regressors: names of those whose joints can be drawn.

    Attributes:
        layers: ids of what the overlay draws: :data:`BASE_LAYERS` and names of regressors.
        opacities: layer -> how opaque it is drawn, 0 to 1; regressors count as ``joints``.
        camera_view: from where the viewport looks; ``frame`` is the frame's own camera.
        all_cameras: whether the overlay shows every camera of the instant.
        theme: ``dark`` or ``light``.
        data_colors: name of the set of colours that joints and regions are drawn in.
    """

    def __init__(self, changed: SignalInstance, regressors: Iterable[str]) -> None:
        self._changed = changed
        self._regressors = tuple(regressors)
        self.layers: frozenset[str] = frozenset({"image", "labels", "silhouette", *self._regressors})
        self.opacities: dict[str, float] = dict(OPACITIES)
        self.camera_view: CameraView = "frame"
        self.all_cameras = False
        self.theme: Theme = "dark"
        self.data_colors: DataColorSet = "standard"

    @property
    def known_layers(self) -> tuple[str, ...]:
        """Every id that :meth:`toggle_layer` accepts."""
        return (*BASE_LAYERS, *self._regressors)

    @property
    def shown_regressors(self) -> tuple[str, ...]:
        """Names of the regressors whose joints are drawn, in the project's order."""
        return tuple(name for name in self._regressors if name in self.layers)

    def offer_regressors(self, names: Iterable[str], *, show: str | None = None) -> None:
        """Take over which regressors there are, and show one of them; without telling anybody."""
        self._regressors = tuple(names)
        if show is not None:
            self.layers |= {show}

    def toggle_layer(self, layer: str, *, shown: bool | None = None) -> None:
        """Show or hide a layer; without ``shown``, the other way round.

        Raises:
            SettingsError: there is no such layer.
        """
        if layer not in self.known_layers:
            raise SettingsError(f"{layer!r} is no layer; there are {', '.join(self.known_layers)}")
        if shown is None:
            shown = layer not in self.layers
        self.layers = self.layers | {layer} if shown else self.layers - {layer}
        joints = Change.REGRESSORS if layer in self._regressors else Change(0)
        self._changed.emit(Change.LAYERS | joints)

    def set_opacity(self, layer: str, opacity: float) -> None:
        """Draw a layer more or less opaque; ``joints`` are those of all regressors.

        Raises:
            SettingsError: there is no such layer, or the opacity is not between 0 and 1.
        """
        if layer not in self.opacities or not 0 <= opacity <= 1:
            raise SettingsError(
                f"{layer} at {opacity}: expected an opacity from 0 to 1 of {', '.join(self.opacities)}"
            )
        self.opacities = {**self.opacities, layer: opacity}
        self._changed.emit(Change.LAYERS)

    def set_camera_view(self, view: CameraView) -> None:
        """Move the viewport's camera."""
        self.camera_view = view
        self._changed.emit(Change.CAMERA_VIEW)

    def show_all_cameras(self, shown: bool) -> None:
        """Show every camera of the instant, or the chosen one alone."""
        self.all_cameras = shown
        self._changed.emit(Change.LAYERS)

    def set_theme(self, theme: Theme) -> None:
        """Dark or light."""
        self.theme = theme
        self._changed.emit(Change.THEME)

    def set_data_colors(self, name: DataColorSet) -> None:
        """Choose the set of colours that joints and regions are drawn in."""
        self.data_colors = name
        self._changed.emit(Change.THEME)
