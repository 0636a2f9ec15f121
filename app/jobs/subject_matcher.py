"""Finds the frames in which another subject's pose is most alike, on a thread of its own."""

from __future__ import annotations

import warnings
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from app.session.label_comparison import LabelComparison
from app.session.session import Session

if TYPE_CHECKING:
    from core.project.project import Project

#: Frames of the other subject that are looked through, spread evenly over all of one camera's.
LOOKED_THROUGH = 4000


class SubjectMatcher:
    """Completes the session's comparison of two subjects."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="jointlens subjects")
        self._search: Future[LabelComparison] | None = None

    @property
    def busy(self) -> bool:
        """Whether frames are being looked for."""
        return self._search is not None

    def compare(self, comparison: LabelComparison) -> None:
        """Look for the other subject's frames, in place of what was looked for before."""
        self._session.compare_labels(replace(comparison, other_rows=(), distances=()))
        self._search = self._thread.submit(match_frames, self._session.project, comparison)

    def poll(self) -> None:
        """Hand over what was found; to be called on the GUI thread."""
        if self._search is not None and self._search.done():
            found, self._search = self._search.result(), None
            self._session.compare_labels(found)

    def close(self) -> None:
        """End the thread."""
        self._thread.shutdown(wait=True, cancel_futures=True)


def match_frames(project: Project, comparison: LabelComparison) -> LabelComparison:
    """For every row, the other subject's row seen by the same camera in the most similar pose."""
    found = [find_like_pose(project, row, comparison) for row in comparison.rows]
    others = [other for other in found if other is not None]
    return replace(
        comparison,
        other_rows=tuple(row for row, _ in others),
        distances=tuple(distance for _, distance in others),
    )


def find_like_pose(project: Project, row: int, comparison: LabelComparison) -> tuple[int, float] | None:
    """The other subject's row whose labels, from the pelvis, lie nearest, and how near, in metres.

    The joint in question is left out, and the labels are compared as the cameras see them: a person who turns
    is in another pose.

    A frame of another camera will do where the same one has none.
    """
    keys, pelvis = project.keys, project.joint_set.pelvis
    other = comparison.subjects[1]
    candidates = keys.rows_of(other, camera=keys[row].camera)
    if not len(candidates):
        candidates = keys.rows_of(other)
    if not len(candidates):
        return None
    spread = np.unique(np.linspace(0, len(candidates) - 1, LOOKED_THROUGH).astype(np.intp))
    candidates = candidates[spread]
    labels = project.labels(np.concatenate([[row], candidates]))
    labels = np.delete(labels - labels[:, pelvis, None], comparison.joint, axis=1)
    distances = np.linalg.norm(labels[1:] - labels[0], axis=-1)  # [n, J - 1]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a frame without labels is infinitely far
        far = np.nanmean(distances, axis=1)
    nearest = int(np.nan_to_num(far, nan=np.inf).argmin())
    return int(candidates[nearest]), float(far[nearest])
