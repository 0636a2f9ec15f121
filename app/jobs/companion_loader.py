"""Loads the frames that views show beside the one asked for, on a thread that does not delay that one."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

from app.jobs.frame_loader import FrameLoader
from app.jobs.picture_drawer import PictureDrawer
from app.session.changes import Change
from app.session.frame_data import FrameData
from app.session.session import Session
from core.errors import JointlensError


class CompanionLoader:
    """Follows what :class:`app.session.companions.Companions` says is wanted.

    Args:
        session: whose companions are loaded.
        loader: lends its way of loading and what it keeps.
        pictures: draws a studio's pictures that are not there yet.
    """

    def __init__(self, session: Session, loader: FrameLoader, pictures: PictureDrawer) -> None:
        self._session = session
        self._loader = loader
        self._pictures = pictures
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="jointlens companions")
        self._loading: dict[int, Future[FrameData]] = {}
        self._source = session.body_source

    @property
    def loading(self) -> bool:
        """Whether a wanted frame is on its way."""
        return bool(self._loading)

    def follow(self, change: Change) -> None:
        """Follow the session: load what is missing, anew where bodies or regressors changed."""
        session = self._session
        if change & Change.REGRESSORS or session.body_source != self._source:
            self._source = session.body_source
            self._abandon(set(self._loading))
            session.companions.forget()
        if change & Change.COMPANIONS:
            missing = session.companions.missing
            self._abandon(self._loading.keys() - set(missing))
            for row in missing:
                if row not in self._loading:
                    self._load(row)

    def load_again(self, rows: list[int]) -> None:
        """Load the wanted ones of some rows, whose pictures have come."""
        for row in rows:
            if row in self._session.companions.wanted:
                self._load(row)

    def poll(self) -> None:
        """Hand over what is loaded; to be called on the GUI thread."""
        undrawn = []
        for row in tuple(self._loading):
            # A view that takes one over may want others from then on; those before are given up.
            if row not in self._loading or not self._loading[row].done():
                continue
            try:
                frame = self._loading.pop(row).result()
            except JointlensError as error:
                self._session.set_status(str(error))
                continue
            if frame.image is None and self._session.project.synthetic:
                undrawn.append(row)
                frame = replace(frame, image_note=self._pictures.failure or "this picture is being drawn")
            self._session.companions.receive(frame)
        if undrawn:
            self._pictures.want_beside(undrawn)

    def close(self) -> None:
        """End the thread."""
        self._abandon(set(self._loading))
        self._thread.shutdown(wait=True, cancel_futures=True)

    def _load(self, row: int) -> None:
        self._loading[row] = self._thread.submit(
            self._loader.load, row, self._source, self._session.regressors
        )

    def _abandon(self, rows: set[int]) -> None:
        for row in rows:
            self._loading.pop(row).cancel()
