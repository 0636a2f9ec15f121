"""The picture of the shown frame under its labels, joints, mask and silhouette."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QBrush, QColor, QPainter, QPen, QPixmap
from PyQt6.QtWidgets import QGraphicsLineItem, QGraphicsPixmapItem, QGraphicsRectItem, QVBoxLayout, QWidget

from app.overlay.annotations import draw_callout, draw_legend, draw_line, draw_notice
from app.overlay.joint_hit import LABEL, JointHit, describe_hit, find_joint
from app.overlay.joints_item import JointsItem
from app.overlay.layer_bar import LayerBar
from app.overlay.mesh_item import MeshItem
from app.overlay.picture_view import PictureView
from app.overlay.readings import describe_frame, list_legend
from app.overlay.regions import mark_difference, tint_region, to_image
from app.session.changes import Change
from app.session.frame_data import FrameData
from app.session.session import Session
from app.theme.current import data_colors, shades_of
from core.types import FloatArray

_REACH = 12  # from the pointer to a joint that it names, in screen pixels
_REGIONS = ("mask", "silhouette", "missed", "spilled")


class Overlay(QWidget):
    """Draws what the session shows of its frame, and names the joint under the pointer.

    Args:
        session: what is shown.
        invoke: runs a command by id with JSON arguments.

    Signals:
        hovered: the :class:`JointHit` under the pointer, or None.
    """

    hovered = pyqtSignal(object)

    def __init__(self, session: Session, invoke: Callable[..., Any]) -> None:
        super().__init__()
        self._session = session
        self._invoke = invoke
        self._frame: FrameData | None = None
        self._hit: JointHit | None = None
        self._pointer: FloatArray | None = None
        self.view = _AnnotatedView(self)
        self._follows_person = True
        self.bar = LayerBar(session, invoke, fit=self.fit_picture, fit_person=self.fit_person)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.view, 1)
        self._build_items()
        self.view.moved.connect(self._follow_pointer)
        self.view.taken.connect(self._stop_following)
        self.view.clicked.connect(self._select_at)
        session.changed.connect(self.refresh)
        self.refresh(Change.everything())

    def _build_items(self) -> None:
        scene = self.view.scene()
        self._picture = QGraphicsPixmapItem()
        self._picture.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        self._regions = {name: QGraphicsPixmapItem() for name in _REGIONS}
        for item in self._regions.values():
            item.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        self._empty = QGraphicsRectItem()  # where the picture would be
        self._crop = QGraphicsRectItem()
        self._mesh = MeshItem(self._session.project.body().faces)
        self._residual = QGraphicsLineItem()
        bones = self._session.project.joint_set.bones
        self._joints: dict[str, JointsItem] = {LABEL: JointsItem(bones, radius=4.5)}
        below = (self._empty, self._picture, *self._regions.values())
        for drawn in (*below, self._crop, self._mesh, self._residual):
            scene.addItem(drawn)
        scene.addItem(self._joints[LABEL])

    def refresh(self, change: Change) -> None:
        """Redraw what changed."""
        if change & Change.THEME:
            self._take_colors()
        if change & (Change.REGRESSORS | Change.THEME):
            self._match_regressors()
        if change & (Change.FRAME_DATA | Change.ITERATION | Change.LAYERS | Change.REGRESSORS | Change.THEME):
            self._show_frame()
        if change & (Change.SELECTION | Change.FRAME_DATA | Change.ITERATION | Change.LAYERS):
            self._show_residual()
        if change & Change.FRAME:
            self.view.viewport().update()

    def _take_colors(self) -> None:
        colors = data_colors()
        shades = shades_of(self._session)
        self.view.set_canvas(shades.canvas)
        pen = QPen(QColor(255, 255, 255, 130), 1, Qt.PenStyle.DashLine)
        pen.setCosmetic(True)
        self._crop.setPen(pen)
        self._empty.setPen(QPen(QColor(shades.border_strong), 0))
        self._empty.setBrush(QBrush(QColor(shades.border), Qt.BrushStyle.BDiagPattern))
        self._mesh.set_color(colors.mesh)
        for source, item in self._joints.items():
            item.set_color(colors.label if source == LABEL else colors.joints(source))

    def _match_regressors(self) -> None:
        for name in self._joints.keys() - {LABEL, *self._session.regressors}:
            self.view.scene().removeItem(self._joints.pop(name))
        for name in self._session.regressors.keys() - self._joints.keys():
            item = JointsItem()
            item.set_color(data_colors().joints(name))
            self._joints[name] = item
            self.view.scene().addItem(item)

    def _show_frame(self) -> None:
        frame, layers = self._session.shown, self._session.layers
        if frame is None:
            for item in self.view.scene().items():
                item.setVisible(False)
            return
        self._show_picture(frame, "image" in layers)
        self._show_regions(frame, layers)
        edge = 224 / float(frame.crop[2])
        self._crop.setRect(QRectF(float(frame.crop[0]), float(frame.crop[1]), edge, edge))
        self._crop.setVisible(bool(layers & {"mask", "silhouette", "difference"}))
        self._mesh.set_vertices(frame.vertices_px if "mesh" in layers else None)
        self._mesh.setVisible("mesh" in layers)
        for source, item in self._joints.items():
            points = frame.label_keypoints if source == LABEL else frame.joints_px.get(source)
            item.setVisible(points is not None and ("labels" if source == LABEL else source) in layers)
            if points is not None:
                item.set_joints(points, flagged=frame.flagged if source == LABEL else None)
        moved = self._frame is None or self._frame.row != frame.row
        self._frame = frame
        if moved and self._follows_person:
            self.fit_person()
        self.view.viewport().update()

    def _show_picture(self, frame: FrameData, shown: bool) -> None:
        self.view.set_picture_size(frame.camera.width, frame.camera.height)
        self._picture.setVisible(shown and frame.image is not None)
        self._empty.setRect(QRectF(0, 0, frame.camera.width, frame.camera.height))
        self._empty.setVisible(not self._picture.isVisible())
        if self._frame is not None and self._frame.image is frame.image:
            return  # a step of the live run leaves the picture as it is
        if frame.image is None:
            self._picture.setPixmap(QPixmap())
        else:
            self._picture.setPixmap(QPixmap.fromImage(to_image(frame.image)))

    def _show_regions(self, frame: FrameData, layers: frozenset[str]) -> None:
        colors = data_colors()
        images = {}
        if "mask" in layers and frame.mask_crop is not None:
            images["mask"] = tint_region(frame.mask_crop, colors.mask)
        if "silhouette" in layers and frame.silhouette_crop is not None:
            images["silhouette"] = tint_region(frame.silhouette_crop, colors.silhouette)
        if "difference" in layers and frame.mask_crop is not None and frame.silhouette_crop is not None:
            images["missed"], images["spilled"] = mark_difference(
                frame.mask_crop, frame.silhouette_crop, colors
            )
        for name, item in self._regions.items():
            item.setVisible(name in images)
            if name in images:
                item.setPixmap(QPixmap.fromImage(images[name]))
                item.setPos(float(frame.crop[0]), float(frame.crop[1]))
                item.setScale(1 / float(frame.crop[2]))

    def _show_residual(self) -> None:
        """A line from the selected label to each shown regressor's joint would clutter: the last shown."""
        frame, joint = self._session.shown, self._session.selection
        self._residual.setVisible(False)
        if frame is None or joint is None or not self._session.shown_regressors:
            return
        name = self._session.shown_regressors[-1]
        if name not in frame.joints_px or not np.isfinite(frame.label_keypoints[joint]).all():
            return
        start, end = frame.label_keypoints[joint], frame.joints_px[name][joint]
        self._residual.setLine(*map(float, (*start, *end)))
        pen = QPen(QColor(data_colors().joints(name)), 2)
        pen.setCosmetic(True)
        self._residual.setPen(pen)
        self._residual.setVisible(True)

    def ignore(self) -> None:
        """Listen no more; to be called before the window closes."""
        self._session.changed.disconnect(self.refresh, missing_ok=True)
        self._session.changed.disconnect(self.bar.refresh, missing_ok=True)

    # What part of the picture is seen

    def fit_picture(self) -> None:
        """Show the whole picture."""
        self._follows_person = False
        self.view.fit()

    def fit_person(self) -> None:
        """Show the crop that the silhouette lives on, and the next frames' crops."""
        self._follows_person = True
        if self._frame is not None:
            self.view.fit(self._crop.rect())

    def _stop_following(self) -> None:
        self._follows_person = False

    # The pointer

    @property
    def drawn_joints(self) -> dict[str, FloatArray]:
        """Source -> pixels of the whole image, (17, 2), of what is drawn; regressors first, last on top."""
        visible = [(source, item.points) for source, item in self._joints.items() if item.isVisible()]
        return dict(reversed(visible))

    def _follow_pointer(self, position: FloatArray | None) -> None:
        self._pointer = position
        hit = None if position is None else self._hit_at(position)
        if hit != self._hit:
            self._hit = hit
            self.hovered.emit(hit)
        self.view.viewport().update()

    def _hit_at(self, position: FloatArray) -> JointHit | None:
        return find_joint(self.drawn_joints, position, reach=_REACH / self.view.zoom)

    def _select_at(self, position: FloatArray) -> None:
        hit = self._hit_at(position)
        self._invoke("joint.select", joint=None if hit is None else hit.joint)

    # What is written over the picture

    def annotate(self, painter: QPainter, within: QRectF) -> None:
        """Draw legend, callout, readout and notices; ``within`` is the view in screen pixels."""
        frame = self._session.shown
        if frame is None:
            draw_notice(painter, within, "No frame yet", f"{self._session.key} is being read")
            return
        if "image" in self._session.layers and frame.image is None:
            draw_notice(painter, within, "No picture", frame.image_note, low=True)
        draw_legend(painter, list_legend(self._session, frame), within=within)
        draw_line(painter, describe_frame(self._session, frame, self._pointer), within=within)
        if self._session.selection is not None:
            self._ring(painter, JointHit(LABEL, self._session.selection), frame)
        if self._hit is not None and self._hit.source in self.drawn_joints:
            centre = self._ring(painter, self._hit, frame)
            joint_set = self._session.project.joint_set
            if centre is not None:
                draw_callout(painter, centre, *describe_hit(self._hit, frame, joint_set), within=within)

    def _ring(self, painter: QPainter, hit: JointHit, frame: FrameData) -> QPointF | None:
        points = frame.label_keypoints if hit.source == LABEL else frame.joints_px[hit.source]
        if not np.isfinite(points[hit.joint]).all():
            return None
        centre = self.view.viewportTransform().map(QPointF(*map(float, points[hit.joint])))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for color, width in ((QColor(8, 10, 14, 200), 4.0), (QColor("white"), 1.6)):
            painter.setPen(QPen(color, width))
            painter.drawEllipse(centre, 9, 9)
        return centre


class _AnnotatedView(PictureView):
    """A picture view that lets the overlay write over it, in screen pixels."""

    def __init__(self, overlay: Overlay) -> None:
        super().__init__()
        self._overlay = overlay

    def drawForeground(self, painter: QPainter | None, rect: QRectF) -> None:
        if painter is None:
            return
        painter.save()
        painter.resetTransform()
        self._overlay.annotate(painter, QRectF(self.viewport().rect()))
        painter.restore()
