"""Bodies of the live run in shared memory: the newest, and the last few hundred for going back.

One process writes, another reads; neither waits. A slot names its iteration and is blank while it is being
written, so a reader that looks before and after its copy never takes half a body.
"""

from __future__ import annotations

from multiprocessing.shared_memory import SharedMemory

import numpy as np

from app.session.optimisation import BodySnapshot
from core.types import FloatArray

#: Iterations that can be gone back to; 21 MB for SMPL's vertices.
SLOTS = 256
BLANK = -1


class SnapshotRing:
    """Vertices of the last :data:`SLOTS` iterations.

    Args:
        vertex_count: V.
        name: of a ring that another process created; None creates one.
        slots: iterations kept.
    """

    def __init__(self, vertex_count: int, *, name: str | None = None, slots: int = SLOTS) -> None:
        header_size = 8 * (1 + slots)
        size = header_size + slots * vertex_count * 3 * 4
        self._memory = SharedMemory(name=name, create=name is None, size=size)
        header = np.ndarray((1 + slots,), np.int64, self._memory.buf)
        self._newest = header[:1]
        self._iterations = header[1:]
        self._vertices = np.ndarray(
            (slots, vertex_count, 3), np.float32, self._memory.buf, offset=header_size
        )
        self._named = name is None
        if self._named:
            self.clear()

    @property
    def name(self) -> str:
        """What another process opens it by."""
        return self._memory.name

    @property
    def newest(self) -> int:
        """The last iteration written, -1 before the first."""
        return int(self._newest[0])

    def clear(self) -> None:
        """Forget every body."""
        self._newest[0] = BLANK
        self._iterations[:] = BLANK

    def write(self, iteration: int, vertices: FloatArray) -> None:
        """Add a body, (V, 3); the oldest makes room."""
        slot = iteration % len(self._iterations)
        self._iterations[slot] = BLANK
        self._vertices[slot] = vertices
        self._iterations[slot] = iteration
        self._newest[0] = iteration

    def read(self, iteration: int) -> BodySnapshot | None:
        """A copy of one iteration's body; None where it is not kept, or is just being replaced."""
        slot = iteration % len(self._iterations)
        if iteration < 0 or self._iterations[slot] != iteration:
            return None
        vertices = self._vertices[slot].copy()
        if self._iterations[slot] != iteration:
            return None
        return BodySnapshot(iteration, vertices)

    @property
    def kept(self) -> tuple[int, int] | None:
        """First and last iteration that can be read; None before the first."""
        kept = self._iterations[self._iterations != BLANK]
        return (int(kept.min()), int(kept.max())) if len(kept) else None

    def unlink(self) -> None:
        """Take its name away, so that nothing is left behind however the two processes end.

        Only its creator has something to do here, and only once.
        """
        if self._named:
            self._named = False
            self._memory.unlink()

    def close(self) -> None:
        """Let go of the memory."""
        self.unlink()
        del self._newest, self._iterations, self._vertices
        self._memory.close()
