"""Commands that change what is drawn and from where."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from msgspec import Meta

from app.commands.arguments import read_number
from app.commands.command import Command, Entry, Workspace
from app.commands.desk import Fit, View
from app.session.appearance import CameraView, DataColorSet, Theme
from app.session.session import Session


def toggle_layer(workspace: Workspace, *, layer: str) -> None:
    """Show or hide a layer of the overlay."""
    workspace.session.appearance.toggle_layer(layer)


def set_opacity(workspace: Workspace, *, layer: str, opacity: float) -> None:
    """Draw a layer more or less opaque, 0 to 1; ``joints`` are those of all regressors."""
    workspace.session.appearance.set_opacity(layer, opacity)


def toggle_cameras(workspace: Workspace, *, shown: bool | None = None) -> None:
    """Show every camera of the instant, or the chosen one alone."""
    session = workspace.session
    session.appearance.show_all_cameras(not session.appearance.all_cameras if shown is None else shown)


def zoom_picture(workspace: Workspace, *, factor: Annotated[float, Meta(gt=0)]) -> None:
    """Enlarge the picture about the middle of its view, or make it smaller."""
    workspace.require_desk().zoom_picture(factor)


def fit_picture(workspace: Workspace, *, what: Fit) -> None:
    """Show the person, or the whole picture."""
    workspace.require_desk().fit_picture(what)


def choose_data_colors(workspace: Workspace, *, colors: DataColorSet | None = None) -> None:
    """Draw joints and regions in colours that the colour-blind tell apart, or in the standard ones."""
    session = workspace.session
    session.appearance.set_data_colors(
        colors or ("safe" if session.appearance.data_colors == "standard" else "standard")
    )


def save_view(workspace: Workspace, *, path: str, view: View = "overlay") -> None:
    """Write a view as PNG or SVG: the picture with what lies over it, the body, or the whole window."""
    workspace.require_desk().save_view(Path(path), view)
    lacking = "; pictures in it are still being drawn: write it again when they are there"
    workspace.session.set_status(f"View written to {path}{lacking if workspace.jobs.drawing else ''}")


def _ask_view(workspace: Workspace, given: dict[str, Any]) -> dict[str, Any] | None:
    view = given.get("view", "overlay")
    kinds = "Pictures (*.png *.svg)" if view in ("overlay", "subjects") else "Pictures (*.png)"
    name = str(workspace.session.key).replace("/", "_") + ".png"
    path = workspace.require_desk().ask_file_to_write("Save the view", name, kinds)
    return None if path is None else {**given, "path": str(path)}


def view_from(workspace: Workspace, *, view: CameraView | Literal["camera"]) -> None:
    """Look at the body from a direction; ``camera`` and ``frame`` are both the frame's own camera."""
    workspace.session.appearance.set_camera_view("frame" if view == "camera" else view)


def toggle_theme(workspace: Workspace, *, theme: Theme | None = None) -> None:
    """Change between dark and light, or to the one that is named."""
    workspace.session.appearance.set_theme(
        theme or ("light" if workspace.session.appearance.theme == "dark" else "dark")
    )


def _ask_opacity(workspace: Workspace, given: dict[str, Any]) -> dict[str, Any] | None:
    desk, known = workspace.require_desk(), workspace.session.appearance.opacities
    layer = given.get("layer") or desk.ask_text("Opacity of a layer", f"Layer: {', '.join(known)}", "")
    if not layer:
        return None
    opacity = desk.ask_text("Opacity of a layer", f"Opacity of {layer}, 0 to 1", f"{known.get(layer, 1.0):g}")
    return None if opacity is None else {**given, "layer": layer, "opacity": read_number(opacity)}


def _layer(title: str, layer: str, key: str, icon: str) -> Entry:
    def checked(session: Session) -> bool:
        return layer in session.appearance.layers

    return Entry(title, {"layer": layer}, key, icon, "View", checked=checked)


def _view(title: str, view: str, key: str, icon: str) -> Entry:
    def checked(session: Session) -> bool:
        return session.appearance.camera_view == view

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
        "layer.opacity",
        set_opacity,
        (Entry("Opacity of a layer…", menu="View"),),
        ask=_ask_opacity,
        dragged="opacity",
    ),
    Command(
        "cameras.toggle",
        toggle_cameras,
        (
            Entry(
                "All cameras of the instant",
                key="C",
                icon="cameras",
                menu="View",
                checked=lambda session: session.appearance.all_cameras,
            ),
        ),
    ),
    Command(
        "picture.zoom",
        zoom_picture,
        (
            Entry("Zoom in", {"factor": 1.25}, "Ctrl+=", menu="View"),
            Entry("Zoom out", {"factor": 0.8}, "Ctrl+-", menu="View"),
        ),
    ),
    Command(
        "picture.fit",
        fit_picture,
        (
            Entry("Fit the person", {"what": "person"}, "Ctrl+0", "crop", "View"),
            Entry("Fit the whole picture", {"what": "picture"}, "Ctrl+9", "fit", "View"),
        ),
    ),
    Command(
        "view.save",
        save_view,
        (
            Entry("Save the picture as seen…", {"view": "overlay"}, "Ctrl+S", "save", "File"),
            Entry("Save the body as seen…", {"view": "viewport"}, menu="File"),
            Entry("Save a picture of the window…", {"view": "window"}, menu="File"),
        ),
        ask=_ask_view,
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
                checked=lambda session: session.appearance.theme == "light",
            ),
        ),
    ),
    Command(
        "colors.toggle",
        choose_data_colors,
        (
            Entry(
                "Colour-blind-safe colours",
                key="Ctrl+Shift+T",
                menu="View",
                checked=lambda session: session.appearance.data_colors == "safe",
            ),
        ),
    ),
)
