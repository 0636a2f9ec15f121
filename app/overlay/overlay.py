"""The picture of the shown frame under its labels, joints, mask and silhouette."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QPainter, QPen
from PyQt6.QtWidgets import QGraphicsLineItem, QStackedWidget, QVBoxLayout, QWidget

from app.overlay.annotations import draw_callout, draw_legend, draw_line, draw_note, draw_notice
from app.overlay.camera_grid import CameraGrid
from app.overlay.frame_items import FrameItems
from app.overlay.joint_hit import LABEL, JointHit, describe_hit, find_joint
from app.overlay.layer_bar import LayerBar
from app.overlay.picture_view import PictureView
from app.overlay.readings import describe_frame, list_legend, sample_outline
from app.session.changes import Change
from app.session.frame_data import FrameData
from app.session.session import Session
from app.theme.current import data_colors, shades_of
from core.types import FloatArray

_REACH = 12  # from the pointer to a joint that it names, in screen pixels
_OF_CAMERAS = (
    Change.FRAME_DATA
    | Change.COMPANIONS
    | Change.ITERATION
    | Change.LAYERS
    | Change.REGRESSORS
    | Change.THEME
)


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
        self._corner = 0  # that the legend stands in
        self._note_corner = 2  # that the reason for a missing picture stands in
        self.view = _AnnotatedView(self)
        self._follows_person = True
        self.bar = LayerBar(session, invoke, fit=self.fit_picture, fit_person=self.fit_person)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        self.cameras = CameraGrid(session, invoke)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.view)
        self.pages.addWidget(self.cameras)
        column.addWidget(self.pages, 1)
        self.items = FrameItems(self.view, session)
        self._residual = QGraphicsLineItem()
        self.view.scene().addItem(self._residual)
        self.view.moved.connect(self._follow_pointer)
        self.view.taken.connect(self._stop_following)
        self.view.clicked.connect(self._select_at)
        session.changed.connect(self.refresh)
        self.refresh(Change.everything())

    def refresh(self, change: Change) -> None:
        """Redraw what changed."""
        if change & Change.THEME:
            self.items.take_colors()
            self.view.set_canvas(shades_of(self._session).canvas)
        if change & (Change.REGRESSORS | Change.THEME):
            self.items.match_regressors()
        if change & (Change.FRAME_DATA | Change.ITERATION | Change.LAYERS | Change.REGRESSORS | Change.THEME):
            self._show_frame()
        if change & (Change.SELECTION | Change.FRAME_DATA | Change.ITERATION | Change.LAYERS):
            self._show_residual()
        if change & (_OF_CAMERAS | Change.FRAME):
            self.pages.setCurrentIndex(int(self._session.appearance.all_cameras))
            self.cameras.refresh(change)
        if change & Change.FRAME:
            self.view.viewport().update()

    def _show_frame(self) -> None:
        frame = self._session.shown.frame
        if frame is not None:
            self.view.set_picture_size(frame.camera.width, frame.camera.height)
        self.items.show_frame(frame)
        moved = frame is not None and (self._frame is None or self._frame.row != frame.row)
        self._frame = frame
        if moved and self._follows_person:
            self.fit_person()
        self.view.viewport().update()

    def _show_residual(self) -> None:
        """A line from the selected label to each shown regressor's joint would clutter: the last shown."""
        frame, joint = self._session.shown.frame, self._session.selection
        self._residual.setVisible(False)
        if frame is None or joint is None or not self._session.appearance.shown_regressors:
            return
        name = self._session.appearance.shown_regressors[-1]
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
            self.view.fit(self.items.crop)

    def _stop_following(self) -> None:
        self._follows_person = False

    # The pointer

    @property
    def drawn_joints(self) -> dict[str, FloatArray]:
        """Source -> pixels of the whole image, (17, 2), of what is drawn."""
        return self.items.drawn_joints

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
        frame = self._session.shown.frame
        if frame is None:
            draw_notice(painter, within, "No frame yet", f"{self._session.key} is being read")
            return
        transform = self.view.viewportTransform()
        points = frame.label_keypoints[np.isfinite(frame.label_keypoints).all(axis=1)]
        avoid = [transform.map(QPointF(*map(float, point))) for point in points]
        if "image" in self._session.appearance.layers and frame.image is None:
            person = avoid + [transform.map(point) for point in sample_outline(frame)]
            self._note_corner, note = draw_note(
                *(painter, "No picture", frame.image_note),
                within=within,
                avoid=person,
                corner=self._note_corner,
            )
            avoid += note
        rows = list_legend(self._session, frame)
        self._corner = draw_legend(painter, rows, within=within, avoid=avoid, corner=self._corner)
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
