"""Commands that change what is drawn and from where."""

from __future__ import annotations

from typing import Literal

from app.commands.command import Command, Entry, Workspace
from app.session.session import CameraView, Session, Theme


def toggle_layer(workspace: Workspace, *, layer: str) -> None:
    """Show or hide a layer of the overlay."""
    workspace.session.toggle_layer(layer)


def view_from(workspace: Workspace, *, view: CameraView | Literal["camera"]) -> None:
    """Look at the body from a direction; ``camera`` and ``frame`` are both the frame's own camera."""
    workspace.session.set_camera_view("frame" if view == "camera" else view)


def toggle_theme(workspace: Workspace, *, theme: Theme | None = None) -> None:
    """Change between dark and light, or to the one that is named."""
    workspace.session.set_theme(theme or ("light" if workspace.session.theme == "dark" else "dark"))


def _layer(title: str, layer: str, key: str, icon: str) -> Entry:
    def checked(session: Session) -> bool:
        return layer in session.layers

    return Entry(title, {"layer": layer}, key, icon, "View", checked=checked)


def _view(title: str, view: str, key: str, icon: str) -> Entry:
    def checked(session: Session) -> bool:
        return session.camera_view == view

    return Entry(title, {"view": view}, key, icon, "View", checked=checked)


COMMANDS = (
    Command(
        "layer.toggle",
        toggle_layer,
        (
            _layer("Image", "image", "I", "image"),
            _layer("Labels", "labels", "L", "labels"),
            _layer("Mask", "mask", "M", "mask"),
            _layer("Silhouette", "silhouette", "S", "silhouette"),
            _layer("Difference of mask and silhouette", "difference", "D", "difference"),
            _layer("Mesh", "mesh", "B", "mesh"),
        ),
    ),
    Command(
        "camera.view",
        view_from,
        (
            _view("From the frame's camera", "frame", "1", "view_frame"),
            _view("From the front", "front", "2", "view_front"),
            _view("From the side", "side", "3", "view_side"),
            _view("From the top", "top", "4", "view_top"),
        ),
    ),
    Command(
        "theme.toggle",
        toggle_theme,
        (
            Entry(
                "Light theme",
                key="Ctrl+T",
                icon="theme",
                menu="View",
                checked=lambda session: session.theme == "light",
            ),
        ),
    ),
)
