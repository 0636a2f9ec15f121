"""Finds the frames in which another subject's pose is most alike, on a thread of its own."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from app.session.label_comparison import LabelComparison
from app.session.session import Session
from core.audit.expected_places import find_expected_places
from core.cameras import CROP_SIDE
from core.cameras import project as project_points

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
        session, review = self._session, self._session.review
        name = session.project.joint_set.names[comparison.joint]
        cells = {cell["subject"]: cell for cell in review.cells if cell["joint"] == name}
        held_against = tuple(cells.get(subject) for subject in comparison.subjects)
        session.compare_labels(replace(comparison, other_rows=(), distances=(), expected_px={}))
        self._search = self._thread.submit(
            match_frames, session.project, comparison, held_against, review.bodies
        )

    def poll(self) -> None:
        """Hand over what was found; to be called on the GUI thread."""
        if self._search is not None and self._search.done():
            found, self._search = self._search.result(), None
            self._session.compare_labels(found)

    def close(self) -> None:
        """End the thread."""
        self._thread.shutdown(wait=True, cancel_futures=True)


def match_frames(
    project: Project,
    comparison: LabelComparison,
    cells: Sequence[Mapping[str, Any] | None] = (None, None),
    bodies: str = "",
) -> LabelComparison:
    """For every row, the other subject's row seen by the same camera in the most similar pose.

    Rows in which more of the label's offset is seen come first.

    Args:
        project: of both subjects.
        comparison: what is compared.
        cells: what the audit says of the joint of either subject; None where it says nothing.
        bodies: that it went by.
    """
    own, other = cells
    expected = place_expected(project, np.array(comparison.rows, np.intp), own, bodies)
    seen = [
        -measure_length(project, row, comparison.joint, expected[row]) if row in expected else 0.0
        for row in comparison.rows
    ]
    order = np.argsort(seen, kind="stable")
    comparison = replace(comparison, rows=tuple(comparison.rows[place] for place in order))
    found = [find_like_pose(project, row, comparison) for row in comparison.rows]
    others = [other for other in found if other is not None]
    other_rows = tuple(row for row, _ in others)
    return replace(
        comparison,
        other_rows=other_rows,
        distances=tuple(distance for _, distance in others),
        offsets_mm=(
            None if own is None else own["effect_mm"],
            None if other is None else other["effect_mm"],
        ),
        expected_px=expected | place_expected(project, np.array(other_rows, np.intp), other, bodies),
    )


def place_expected(
    project: Project, rows: NDArray[np.intp], cell: Mapping[str, Any] | None, bodies: str
) -> dict[int, tuple[float, float]]:
    """Where the other subjects' labels put a joint, pixels of the whole image, row by row.

    Audits of older versions did not write down in which direction a label is off.
    """
    if cell is None or "offset_mm" not in cell or not len(rows):
        return {}
    joint = project.joint_set.index(cell["joint"])
    labels, keypoints = project.labels(rows)[:, joint], project.keypoints(rows)[:, joint]
    places = find_expected_places(project, bodies, rows, cell)
    found = {}
    for row, label, keypoint, place in zip(rows.tolist(), labels, keypoints, places):
        there, here = project_points(np.stack([place, label]), project.camera(row).lens)
        moved = keypoint + there - here  # the 2D label is what is drawn, however the 3D one projects
        if np.isfinite(moved).all():
            found[row] = (float(moved[0]), float(moved[1]))
    return found


def measure_length(project: Project, row: int, joint: int, expected: tuple[float, float]) -> float:
    """How long an offset is seen, as a share of the side of the person's crop."""
    rows = np.array([row])
    pixels = np.linalg.norm(project.keypoints(rows)[0, joint] - expected)
    return float(pixels * project.crops(rows)[0, 2] / CROP_SIDE)


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
