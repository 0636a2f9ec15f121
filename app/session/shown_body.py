"""What views draw of the frame: with the live run's body in place of the stored one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.session.frame_data import FrameData
from app.session.optimisation import BodySnapshot
from core.types import FloatArray

if TYPE_CHECKING:
    from app.session.session import Session


class ShownBody:
    """The frame as it is to be drawn; part of the session, whose state it only reads."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._live_frame: FrameData | None = None

    @property
    def snapshot(self) -> BodySnapshot | None:
        """The live run's active variant's body; None without a live run."""
        return self._session.run_view.snapshots.get(self._session.optimisation.active)

    @property
    def live(self) -> bool:
        """Whether the shown body is the live run's."""
        frame, snapshot = self._session.frame_data, self.snapshot
        return snapshot is not None and frame is not None and snapshot.row == frame.row

    @property
    def frame(self) -> FrameData | None:
        """The shown frame, with the live run's body while it runs on this frame; None before the first."""
        frame, snapshot = self._session.frame_data, self.snapshot
        if frame is None or snapshot is None or snapshot.row != frame.row:
            return frame
        if self._live_frame is None:
            self._live_frame = self._put_in(frame, snapshot)
        return self._live_frame

    def frame_of(self, variant: str) -> FrameData | None:
        """The shown frame with the body of a variant of the live run; None where none is to be shown."""
        if variant == self._session.optimisation.active:
            return self.frame if self.live else None
        frame, snapshot = self._session.frame_data, self._session.run_view.snapshots.get(variant)
        if frame is None or snapshot is None or snapshot.row != frame.row:
            return None
        return self._put_in(frame, snapshot)

    @property
    def vertices(self) -> FloatArray | None:
        """Vertices to be drawn, (V, 3) metres, camera frame; None without a body."""
        return self.frame.vertices if self.frame else None

    def joints(self, name: str) -> FloatArray | None:
        """A regressor's joints of the body to be drawn, (J, 3) metres, camera frame."""
        return self.frame.joints.get(name) if self.frame else None

    def forget(self) -> None:
        """Put the live run's body in anew when it is next asked for."""
        self._live_frame = None

    def _put_in(self, frame: FrameData, snapshot: BodySnapshot) -> FrameData:
        session = self._session
        return frame.with_body(snapshot.vertices, regressors=session.regressors, mesh=session.mesh)
