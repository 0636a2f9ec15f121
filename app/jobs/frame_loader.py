"""Loads frames on a thread of its own: newest wins, neighbours in the direction of travel ahead of time."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor

from app.jobs.byte_cache import ByteCache
from app.session.frame_data import FrameData, load_scene, load_vertices
from core.project.project import Project
from core.regressor.record import Regressor
from core.silhouette.contour import ClosedMesh
from core.types import FloatArray

#: Bytes of pictures and of bodies kept: some hundred frames of a megapixel.
SCENE_BYTES = 400_000_000
BODY_BYTES = 40_000_000
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
        self._wanted: Future[FrameData] | None = None
        self._ahead: list[Future[None]] = []
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
        if row in self._scenes and (row, source) in self._bodies:
            self._wanted = Future()
            self._wanted.set_result(self.load(row, source, regressors))
        else:
            self._wanted = self._thread.submit(self.load, row, source, regressors)
        last = len(self._project.keys) - 1
        for distance in range(1, AHEAD + 1):
            near = row + step * distance
            if 0 <= near <= last and not (near in self._scenes and (near, source) in self._bodies):
                self._ahead.append(self._thread.submit(self._prefetch, near, source))

    def take(self) -> FrameData | None:
        """The frame asked for, once; None while there is none.

        Raises:
            JointlensError: it could not be loaded.
        """
        if self._wanted is None or not self._wanted.done():
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
        for future in (self._wanted, *self._ahead):
            if future is not None:
                future.cancel()
        self._wanted = None
        self._ahead.clear()

    def load(self, row: int, source: str, regressors: dict[str, Regressor]) -> FrameData:
        """A frame, now; may be called on any thread."""
        vertices, note = self._read_body(row, source)
        return self._read_scene(row).with_body(vertices, note, regressors=regressors, mesh=self._mesh)

    def _prefetch(self, row: int, source: str) -> None:
        self._read_scene(row)
        self._read_body(row, source)

    def _read_scene(self, row: int) -> FrameData:
        scene = self._scenes.get(row)
        if scene is None:
            scene = load_scene(self._project, row)
            if scene.image is not None:  # one that is not there yet may be there the next time
                self._scenes.put(row, scene)
        return scene

    def _read_body(self, row: int, source: str) -> Body:
        body = self._bodies.get((row, source))
        if body is None:
            body = load_vertices(self._project, row, source=source)
            self._bodies.put((row, source), body)
        return body


def measure_scene(scene: FrameData) -> int:
    """Bytes of a scene's picture and masks."""
    return sum(part.nbytes for part in (scene.image, scene.mask, scene.mask_crop) if part is not None)


def measure_body(body: Body) -> int:
    """Bytes of a body's vertices."""
    return 0 if body[0] is None else body[0].nbytes
