"""Loads frames on a thread of its own: newest wins, neighbours in the direction of travel ahead of time."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor

from app.jobs.byte_cache import ByteCache
from app.session.frame_data import FrameData, LabelBlock, load_labels, load_scene, load_vertices
from core.project.project import Project
from core.regressor.record import Regressor
from core.silhouette.contour import ClosedMesh
from core.types import FloatArray

#: Bytes of pictures and of bodies kept: some hundred frames of a megapixel.
SCENE_BYTES = 400_000_000
BODY_BYTES = 40_000_000
#: Bytes of labels kept, and rows read at once.
LABEL_BYTES, LABEL_ROWS = 4_000_000, 256
#: Frames loaded ahead in the direction of travel.
AHEAD = 6

Body = tuple[FloatArray | None, str]


class FrameLoader:
    """Loads the frame asked for last.

    Pictures and bodies are kept apart, so that another regressor or another source of bodies costs no
    decoding. A frame of which both are kept is there at once.
    """

    def __init__(self, project: Project, mesh: ClosedMesh) -> None:
        self._project = project
        self._mesh = mesh
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="jointlens frames")
        self._scenes: ByteCache[FrameData] = ByteCache(SCENE_BYTES, measure_scene)
        self._bodies: ByteCache[Body] = ByteCache(BODY_BYTES, measure_body)
        self._labels: ByteCache[LabelBlock] = ByteCache(LABEL_BYTES, lambda block: block.nbytes)
        self._wanted: Future[FrameData] | None = None
        self._ahead: list[tuple[int, str]] = []  # rows still to be read ahead, and their bodies' source
        self._reading: Future[None] | None = None
        self._row = 0

    @property
    def loading(self) -> bool:
        """Whether a frame was asked for and not yet taken."""
        return self._wanted is not None

    def request(self, row: int, *, source: str, regressors: dict[str, Regressor]) -> None:
        """Ask for a frame in place of the one asked for before."""
        self._cancel()
        step = 1 if row >= self._row else -1
        self._row = row
        scene = self._scenes.get(row)
        if scene is not None and scene.image is not None and (row, source) in self._bodies:
            self._wanted = Future()
            self._wanted.set_result(self.load(row, source, regressors))
        else:
            self._wanted = self._thread.submit(self.load, row, source, regressors)
        last = len(self._project.keys) - 1
        near = (row + step * distance for distance in range(1, AHEAD + 1))
        self._ahead = [(each, source) for each in near if 0 <= each <= last]

    def take(self) -> FrameData | None:
        """The frame asked for, once; None while there is none. Once it was taken, another is read ahead.

        To be called again and again, with time to paint what was taken in between: reading ahead takes time
        from that.

        Raises:
            JointlensError: it could not be loaded.
        """
        if self._wanted is None:
            self._look_ahead()
            return None
        if not self._wanted.done():
            return None
        wanted, self._wanted = self._wanted, None
        return wanted.result()

    def forget_pictures(self) -> None:
        """Read every picture and mask anew when it is next asked for."""
        self._scenes.clear()

    def forget_bodies(self) -> None:
        """Read every body anew when it is next asked for."""
        self._bodies.clear()

    def close(self) -> None:
        """End the thread."""
        self._cancel()
        self._thread.shutdown(wait=True, cancel_futures=True)

    def _cancel(self) -> None:
        for future in (self._wanted, self._reading):
            if future is not None:
                future.cancel()
        self._wanted = None
        self._ahead.clear()

    def load(self, row: int, source: str, regressors: dict[str, Regressor]) -> FrameData:
        """A frame, now; may be called on any thread."""
        scene = self._scenes.get(row)
        if scene is None or scene.image is None:  # a picture that was not there yet may be there now
            scene = self._read_scene(row)
        vertices, note = self._bodies.get((row, source)) or self._read_body(row, source)
        return scene.with_body(vertices, note, regressors=regressors, mesh=self._mesh)

    def _look_ahead(self) -> None:
        """Have the next of the neighbours read that is not there, one at a time."""
        if self._reading is not None and not self._reading.done():
            return
        while self._ahead:
            row, source = self._ahead.pop(0)
            if not (row in self._scenes and (row, source) in self._bodies):
                self._reading = self._thread.submit(self._prefetch, row, source)
                return

    def _prefetch(self, row: int, source: str) -> None:
        if row not in self._scenes:
            self._read_scene(row)
        if (row, source) not in self._bodies:
            self._read_body(row, source)

    def _read_scene(self, row: int) -> FrameData:
        start = row // LABEL_ROWS * LABEL_ROWS
        labels = self._labels.get(start)
        if labels is None:
            labels = load_labels(self._project, start, start + LABEL_ROWS)
            self._labels.put(start, labels)
        scene = load_scene(self._project, row, labels)
        self._scenes.put(row, scene)
        return scene

    def _read_body(self, row: int, source: str) -> Body:
        body = load_vertices(self._project, row, source=source)
        self._bodies.put((row, source), body)
        return body


def measure_scene(scene: FrameData) -> int:
    """Bytes of a scene's picture and masks."""
    return sum(part.nbytes for part in (scene.image, scene.mask, scene.mask_crop) if part is not None)


def measure_body(body: Body) -> int:
    """Bytes of a body's vertices."""
    return 0 if body[0] is None else body[0].nbytes
