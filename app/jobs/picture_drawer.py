"""Has a synthetic studio's pictures drawn when first looked at: the shown one, then its neighbours."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace

from app.jobs.child import Child, ChildError
from app.jobs.picture_process import Drawn, Wanted, run_pictures
from app.session.job_record import JobRecord
from app.session.session import Session
from core.errors import DatasetError
from core.project.project import Project
from core.studio.record import read_record

#: Pictures drawn after the shown one, and before it.
AFTER, BEFORE = 24, 8
#: Pictures beside the shown one that may be wanted at once.
BESIDE = 24


class PictureDrawer:
    """One child process that keeps one renderer.

    Attributes:
        failure: why no more pictures can be drawn, or empty.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._child: Child | None = None
        self._job: JobRecord | None = None
        self._wanted_row: int | None = None
        self._last_row: int | None = None
        self._beside: list[int] = []
        self._batch = 0
        self.failure = find_lack(session.project)

    @property
    def waiting(self) -> bool:
        """Whether a picture that is shown is still being drawn."""
        return self._wanted_row is not None or bool(self._beside)

    def want(self, row: int) -> None:
        """Draw a row's picture next, and then its neighbours'."""
        if self.failure or self._wanted_row == row:
            return
        self._wanted_row = self._last_row = row
        self._send(row)

    def want_beside(self, rows: list[int]) -> None:
        """Draw some rows' pictures after the wanted one, before its neighbours'."""
        if not self.failure:
            self._beside = list(dict.fromkeys([*rows, *self._beside]))[:BESIDE]
            self._send(self._last_row if self._last_row is not None else rows[0])

    def poll(self) -> list[int]:
        """Rows whose pictures are there since this was last called; to be called on the GUI thread."""
        if self._child is None:
            return []
        rows = []
        try:
            for message in self._child.receive():
                assert isinstance(message, Drawn)
                rows.append(message.row)
                if message.batch == self._batch:
                    self._advance(message.left)
        except ChildError as error:
            self._fail(f"pictures cannot be drawn: {error}")
        self._beside = [row for row in self._beside if row not in rows]
        if self._wanted_row in rows:
            self._wanted_row = None
        return rows

    def close(self) -> None:
        """End the child process."""
        if self._child is not None:
            self._child.stop()
            self._child = None

    def _send(self, row: int) -> None:
        """Order a row's picture, those wanted beside it, and its neighbours'."""
        project = self._session.project
        if self._child is None:
            self._child = Child(run_pictures, project.dataset_root, name="picture")
        last = len(project.keys) - 1
        after = range(row + 1, min(row + AFTER, last) + 1)
        before = range(row - 1, max(row - BEFORE, 0) - 1, -1)
        rows = dict.fromkeys((row, *self._beside, *after, *before))
        self._batch += 1
        frames = tuple((near, project.keys[near], project.image_path(near)) for near in rows)
        self._child.send(Wanted(self._batch, frames))
        self._begin(len(frames))

    def _begin(self, total: int) -> None:
        """Keep one job record from the first wanted picture to the last one drawn, however often re-aimed."""
        job = self._job or JobRecord(
            self._session.next_job,
            "pictures",
            "Draw the studio's pictures",
            "running",
            background=True,
            started=time.monotonic(),
        )
        self._job = replace(job, total=job.done + total)
        self._session.receive_job(self._job)

    def _advance(self, left: int) -> None:
        assert self._job is not None
        job = replace(
            self._job,
            status="running" if left else "done",
            done=self._job.total - left,
            elapsed=time.monotonic() - (self._job.started or 0.0),
        )
        self._session.receive_job(job)
        self._job = job if left else None

    def _fail(self, message: str) -> None:
        self.failure = message
        self._wanted_row = None
        self._beside.clear()
        if self._job is not None:
            self._session.receive_job(replace(self._job, status="failed", message=message))
            self._job = None
        self._session.set_status(message)
        self.close()


def find_lack(project: Project) -> str:
    """Why a studio never has pictures, or empty; what is wrong with its files is told when they are drawn."""
    if not project.synthetic:
        return ""
    with suppress(DatasetError):
        if not read_record(project.dataset_root).images:
            return "This studio was made without pictures (--no-images, or size audit)."
    return ""
