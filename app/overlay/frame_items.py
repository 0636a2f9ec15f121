"""One frame's picture, regions, wireframe and joints as items of a scene, in pixels of the picture."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QBrush, QColor, QImage, QPen, QPixmap
from PyQt6.QtWidgets import QGraphicsItem, QGraphicsPixmapItem, QGraphicsRectItem, QGraphicsView

from app.overlay.joint_hit import LABEL
from app.overlay.joints_item import JointsItem
from app.overlay.mesh_item import MeshItem
from app.overlay.regions import mark_difference, tint_region, to_image
from app.session.frame_data import FrameData
from app.session.session import Session
from app.theme.current import data_colors, shades_of
from core.cameras import CROP_SIDE
from core.types import FloatArray

_REGIONS = {"mask": "mask", "silhouette": "silhouette", "missed": "difference", "spilled": "difference"}


class FrameItems:
    """Draws frames into a scene, as the session's layers and opacities say.

    Args:
        view: whose scene gets the items.
        session: tells layers, opacities, regressors and colours.
    """

    def __init__(self, view: QGraphicsView, session: Session) -> None:
        scene = view.scene()
        assert scene is not None
        self._scene = scene
        self._session = session
        self._frame: FrameData | None = None
        self._picture = QGraphicsPixmapItem()
        self._regions = {name: QGraphicsPixmapItem() for name in _REGIONS}
        for item in (self._picture, *self._regions.values()):
            item.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        # While a run moves the body the picture stays, and scaling it takes longer than drawing all the rest.
        self._picture.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self._empty = QGraphicsRectItem()  # where the picture would be
        self._crop = QGraphicsRectItem()
        self._mesh = MeshItem(session.project.body().faces)
        self._joints: dict[str, JointsItem] = {LABEL: JointsItem(session.project.joint_set.bones, radius=4.5)}
        below = (self._empty, self._picture, *self._regions.values(), self._crop, self._mesh)
        for drawn in (*below, self._joints[LABEL]):
            scene.addItem(drawn)
        self.show_frame(None)

    @property
    def items(self) -> tuple[QGraphicsItem, ...]:
        """All of them."""
        return (
            *(self._empty, self._picture, *self._regions.values(), self._crop, self._mesh),
            *self._joints.values(),
        )

    @property
    def crop(self) -> QRectF:
        """Where the crop about the person lies."""
        return self._crop.rect()

    @property
    def joints(self) -> dict[str, JointsItem]:
        """Source of joints -> its item: ``label``, and the regressors."""
        return self._joints

    @property
    def drawn_joints(self) -> dict[str, FloatArray]:
        """Source -> pixels of the whole image, (17, 2), of what is drawn; regressors first, last on top."""
        visible = [(source, item.points) for source, item in self._joints.items() if item.isVisible()]
        return dict(reversed(visible))

    def take_colors(self) -> None:
        """Follow the theme and the set of colours."""
        colors, shades = data_colors(), shades_of(self._session)
        pen = QPen(QColor(255, 255, 255, 130), 1, Qt.PenStyle.DashLine)
        pen.setCosmetic(True)
        self._crop.setPen(pen)
        self._empty.setPen(QPen(QColor(shades.border_strong), 0))
        self._empty.setBrush(QBrush(QColor(shades.border), Qt.BrushStyle.BDiagPattern))
        self._mesh.set_color(colors.mesh)
        for source, item in self._joints.items():
            item.set_color(colors.label if source == LABEL else colors.joints(source))

    def match_regressors(self) -> None:
        """Have one item a regressor."""
        for name in self._joints.keys() - {LABEL, *self._session.regressors}:
            self._scene.removeItem(self._joints.pop(name))
        for name in self._session.regressors.keys() - self._joints.keys():
            item = JointsItem()
            item.set_color(data_colors().joints(name))
            item.setVisible(False)
            self._joints[name] = item
            self._scene.addItem(item)

    def show_frame(self, frame: FrameData | None) -> None:
        """Draw a frame, or nothing."""
        if frame is None:
            for item in self.items:
                item.setVisible(False)
            for pixels in (self._picture, *self._regions.values()):
                pixels.setPixmap(QPixmap())
            self._frame = None
            return
        layers, opacities = self._session.appearance.layers, self._session.appearance.opacities
        self._show_picture(frame, "image" in layers)
        self._show_regions(frame, layers)
        edge = CROP_SIDE / float(frame.crop[2])
        self._crop.setRect(QRectF(float(frame.crop[0]), float(frame.crop[1]), edge, edge))
        self._crop.setVisible(bool(layers & {"mask", "silhouette", "difference"}))
        self._mesh.set_vertices(frame.vertices_px if "mesh" in layers else None)
        self._mesh.setVisible("mesh" in layers)
        self._mesh.setOpacity(opacities["mesh"])
        for source, item in self._joints.items():
            points = frame.label_keypoints if source == LABEL else frame.joints_px.get(source)
            item.setVisible(points is not None and ("labels" if source == LABEL else source) in layers)
            item.setOpacity(opacities["labels" if source == LABEL else "joints"])
            if points is not None:
                item.set_joints(points, flagged=frame.flagged if source == LABEL else None)
        self._frame = frame

    def _show_picture(self, frame: FrameData, shown: bool) -> None:
        self._picture.setVisible(shown and frame.image is not None)
        self._picture.setOpacity(self._session.appearance.opacities["image"])
        self._empty.setRect(QRectF(0, 0, frame.camera.width, frame.camera.height))
        self._empty.setVisible(not self._picture.isVisible())
        if self._frame is not None and self._frame.image is frame.image:
            return  # a step of the live run leaves the picture as it is
        if frame.image is None:
            self._picture.setPixmap(QPixmap())
        else:
            self._picture.setPixmap(QPixmap.fromImage(to_image(frame.image)))

    def _show_regions(self, frame: FrameData, layers: frozenset[str]) -> None:
        images = draw_regions(frame, layers)
        for name, item in self._regions.items():
            item.setVisible(name in images)
            item.setOpacity(self._session.appearance.opacities[_REGIONS[name]])
            if name in images:
                item.setPixmap(QPixmap.fromImage(images[name]))
                item.setPos(float(frame.crop[0]), float(frame.crop[1]))
                item.setScale(1 / float(frame.crop[2]))


def draw_regions(frame: FrameData, layers: frozenset[str]) -> dict[str, QImage]:
    """The regions that are to be seen and are known, on the crop's pixels."""
    colors = data_colors()
    mask, silhouette = frame.mask_crop, frame.silhouette_crop
    images = {}
    if "mask" in layers and mask is not None:
        images["mask"] = tint_region(mask, colors.mask)
    if "silhouette" in layers and silhouette is not None:
        images["silhouette"] = tint_region(silhouette, colors.silhouette)
    if "difference" in layers and mask is not None and silhouette is not None:
        images["missed"], images["spilled"] = mark_difference(mask, np.asarray(silhouette), colors)
    return images
