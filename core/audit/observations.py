"""What an audit looks at: the labels of a project's views and the bodies beside them, as flat arrays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.audit.file_array import FileArray, Table, list_blocks
from core.types import BoolArray, FloatArray, IntArray

if TYPE_CHECKING:
    from core.project.project import Project

#: Frames that are at most this many frame numbers apart follow each other closely enough to be compared in
#: time (0.1 s at Human3.6M's 50 Hz); data sets that keep every 64th frame have none.
LONGEST_STEP = 5


@dataclass(frozen=True)
class Instants:
    """The moments that are audited, each seen by one or more cameras, sorted by sequence and time.

    Attributes:
        subjects: (M,) number of the subject, in the order of ``subject_names``.
        sequences: (M,) number of the sequence, in the order of ``sequence_names``.
        frames: (M,) frame number.
        subject_names: e.g. ``S5``.
        sequence_names: subject and action, e.g. ``("S5", "Walking-1")``.
    """

    subjects: IntArray
    sequences: IntArray
    frames: IntArray
    subject_names: tuple[str, ...]
    sequence_names: tuple[tuple[str, str], ...]

    def __len__(self) -> int:
        return len(self.frames)

    @cached_property
    def subject_of_sequence(self) -> IntArray:
        """(Q,) number of each sequence's subject."""
        names = {name: number for number, name in enumerate(self.subject_names)}
        return np.array([names[subject] for subject, _ in self.sequence_names], np.intp)

    @cached_property
    def stretches(self) -> list[slice]:
        """Instants that follow each other closely and evenly; see :func:`cut_stretches`."""
        return cut_stretches(self.sequences, self.frames)

    def rows_of_sequence(self, sequence: int) -> slice:
        """The instants of one sequence."""
        start, stop = np.searchsorted(self.sequences, [sequence, sequence + 1])
        return slice(int(start), int(stop))


@dataclass(frozen=True)
class Observations:
    """Labels of N views of M instants.

    Attributes:
        rows: (N,) rows of the project, ascending.
        labels: (N, J, 3) metres, camera frame; NaN where absent.
        usable: (N, J) labels that may vouch for others: there, and neither flagged nor found to be wrong.
        instant_of: (N,) number of the view's instant.
        shots: (N,) number of the view's shot, ascending.
        instants: the M instants.
    """

    rows: NDArray[np.intp]
    labels: Table
    usable: BoolArray
    instant_of: IntArray
    shots: IntArray
    instants: Instants

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def subjects(self) -> IntArray:
        """(N,) number of each view's subject."""
        return self.instants.subjects[self.instant_of]

    @cached_property
    def first_views(self) -> NDArray[np.intp]:
        """(K,) the first view of each instant that has one, in the order of the instants."""
        return np.unique(self.instant_of, return_index=True)[1]

    @cached_property
    def usable_of_instants(self) -> BoolArray:
        """(M, J) whether a label of any view of an instant may vouch for others."""
        usable = np.zeros((len(self.instants), self.usable.shape[1]), bool)
        np.logical_or.at(usable, self.instant_of, self.usable)
        return usable

    @cached_property
    def stretches(self) -> list[slice]:
        """Views by one camera that follow each other closely and evenly."""
        return cut_stretches(self.shots, self.instants.frames[self.instant_of])

    def take(self, views: NDArray[np.intp]) -> Observations:
        """Some of the views, (n,) ascending; the instants stay as they are."""
        return replace(
            self,
            rows=self.rows[views],
            labels=self.labels.take(views, axis=0),
            usable=self.usable[views],
            instant_of=self.instant_of[views],
            shots=self.shots[views],
        )

    def with_labels(self, labels: Table) -> Observations:
        """The same views with other labels, (N, J, 3) metres."""
        return replace(self, labels=labels)

    def without(self, suspect: BoolArray) -> Observations:
        """The same views without some labels of instants, (M, J), as witnesses."""
        return replace(self, usable=self.usable & ~suspect[self.instant_of])

    def merge_views(self, values: Table) -> FloatArray:
        """Median over the views of each instant, (N, …) -> (M, …); NaN values are passed over."""
        order = np.argsort(self.instant_of, kind="stable")
        ordered = self.instant_of[order]
        merged = np.empty((len(self.instants), *values.shape[1:]), values.dtype)
        for block in list_blocks(len(merged)):
            start, stop = np.searchsorted(ordered, [block.start, block.stop])
            views, instants = order[start:stop], ordered[start:stop] - block.start
            counts = np.bincount(instants, minlength=block.stop - block.start)
            rank = np.arange(len(views)) - np.repeat(np.cumsum(counts) - counts, counts)
            table = np.full((len(counts), max(1, counts.max()), *values.shape[1:]), np.nan, values.dtype)
            table[instants, rank] = values[views]
            merged[block] = median_without_nan(table, axis=1)
        return merged


def cut_stretches(groups: IntArray, frames: IntArray) -> list[slice]:
    """Stretches of evenly and closely spaced frames of one group, within which time means something.

    Args:
        groups: (T,) ascending.
        frames: (T,) frame numbers, ascending within a group.

    Returns:
        Slices that cover everything; a frame whose neighbours are far away is a stretch of its own.
    """
    steps = np.where(np.diff(groups) == 0, np.diff(frames), 0)  # [T - 1]
    joined = (steps > 0) & (steps <= LONGEST_STEP)
    # Where the step changes, the stretch ends, so that none mixes two steps.
    joined[1:] &= ~joined[:-1] | (steps[1:] == steps[:-1])
    bounds = [0, *(np.flatnonzero(~joined) + 1).tolist(), len(frames)]
    return [slice(start, stop) for start, stop in pairwise(bounds)]


def median_without_nan(values: FloatArray, *, axis: int) -> FloatArray:
    """As ``np.nanmedian`` over one axis, but fast for short ones, and silently NaN where all is NaN."""
    ordered = np.sort(values, axis=axis)  # NaN last
    count = np.isfinite(ordered).sum(axis=axis, keepdims=True)
    last = values.shape[axis] - 1
    low = np.take_along_axis(ordered, np.clip((count - 1) // 2, 0, last), axis=axis)
    high = np.take_along_axis(ordered, np.clip(count // 2, 0, last), axis=axis)
    return np.asarray(((low + high) / 2).squeeze(axis))


def read_observations(project: Project, rows: NDArray[np.intp]) -> Observations:
    """Labels of some ascending rows of a project."""
    keys = project.keys
    names = list(dict.fromkeys((shot.subject, shot.action) for shot in keys.shots))
    order = {name: number for number, name in enumerate(names)}
    shots = np.repeat(np.arange(len(keys.shots)), [shot.stop - shot.start for shot in keys.shots])[rows]
    of_row = np.array([order[shot.subject, shot.action] for shot in keys.shots])[shots]
    codes, instant_of = np.unique((of_row.astype(np.int64) << 32) | keys.numbers[rows], return_inverse=True)
    present, sequences = np.unique(codes >> 32, return_inverse=True)
    sequence_names = tuple(names[number] for number in present)
    subject_names = tuple(
        name for name in keys.subjects if name in {subject for subject, _ in sequence_names}
    )
    subject_of = np.array([subject_names.index(subject) for subject, _ in sequence_names], np.intp)
    labels = FileArray((len(rows), len(project.joint_set), 3))
    there = np.empty(labels.shape[:2], bool)
    for block in list_blocks(len(rows)):
        own = project.labels(rows[block])
        labels[block], there[block] = own, np.isfinite(own).all(axis=-1)
    return Observations(
        rows=rows,
        labels=labels,
        usable=there & ~project.flag_mask(rows),
        instant_of=instant_of,
        shots=shots,
        instants=Instants(
            subject_of[sequences], sequences, codes & 0xFFFFFFFF, subject_names, sequence_names
        ),
    )
