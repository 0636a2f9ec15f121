"""Which frames a project has, and at which row: compact, so that a million of them open at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, pairwise
from typing import Any, overload

import numpy as np
from natsort import natsorted
from numpy.typing import NDArray

from core.errors import DatasetError, ProjectError
from core.types import LARGEST_FRAME, FrameKey, InstantKey


@dataclass(frozen=True, slots=True)
class Shot:
    """The frames of one sequence seen by one camera, which are rows ``start`` to ``stop``."""

    subject: str
    action: str
    camera: str
    start: int
    stop: int


class FrameIndex(Sequence[FrameKey]):
    """Every frame's key, at its row. A key is made when it is asked for.

    Rows are sorted by subject, action, camera (as text) and frame number, so that a shot is one block.

    Args:
        shots: in row order, without gaps.
        numbers: frame number of every row, ascending within a shot, (N,) int32.
    """

    def __init__(self, shots: Sequence[Shot], numbers: NDArray[np.int32]) -> None:
        self.shots = tuple(shots)
        self.numbers = numbers
        self._starts = np.array([shot.start for shot in self.shots], np.intp)
        self._by_name = {(shot.subject, shot.action, shot.camera): shot for shot in self.shots}

    @classmethod
    def from_keys(cls, keys: Sequence[FrameKey]) -> FrameIndex:
        """From sorted keys.

        Raises:
            DatasetError: they are not sorted, one occurs twice, or its number is too large.
        """
        for key in keys:
            if key.frame > LARGEST_FRAME:
                raise DatasetError(f"frame {key}: frame numbers go up to {LARGEST_FRAME}")
        for before, after in pairwise(keys):
            if not before < after:
                raise DatasetError(f"frame {after} occurs twice, or out of order")
        shots: list[Shot] = []
        for (subject, action, camera), block in groupby(
            keys, lambda key: (key.subject, key.action, key.camera)
        ):
            start = shots[-1].stop if shots else 0
            shots.append(Shot(subject, action, camera, start, start + sum(1 for _ in block)))
        return cls(shots, np.array([key.frame for key in keys], np.int32))

    def __len__(self) -> int:
        return len(self.numbers)

    @overload
    def __getitem__(self, row: int) -> FrameKey: ...
    @overload
    def __getitem__(self, row: slice) -> list[FrameKey]: ...
    def __getitem__(self, row: int | slice) -> FrameKey | list[FrameKey]:
        if isinstance(row, slice):
            return [self[number] for number in range(*row.indices(len(self)))]
        row = int(row)
        if not -len(self) <= row < len(self):
            raise IndexError(f"row {row} of {len(self)} frames")
        row %= len(self)
        shot = self.shot_of(row)
        return FrameKey(shot.subject, shot.action, shot.camera, int(self.numbers[row]))

    def __iter__(self) -> Iterator[FrameKey]:
        for shot in self.shots:
            for number in self.numbers[shot.start : shot.stop].tolist():
                yield FrameKey(shot.subject, shot.action, shot.camera, number)

    def __contains__(self, key: object) -> bool:
        return isinstance(key, FrameKey) and self._find(key) is not None

    def index(self, key: Any, start: int = 0, stop: int | None = None) -> int:
        """Row of a key, as ``list.index``.

        Raises:
            ValueError: it is not among the rows.
        """
        row = self._find(key) if isinstance(key, FrameKey) else None
        if row is None or not start <= row < (len(self) if stop is None else stop):
            raise ValueError(f"{key} is no frame of the project")
        return row

    def shot_of(self, row: int) -> Shot:
        """The shot that a row belongs to."""
        return self.shots[int(self.find_shots(row))]

    def find_shots(self, rows: NDArray[np.intp] | int) -> NDArray[np.intp]:
        """Numbers of the shots that rows belong to, (n,)."""
        return np.searchsorted(self._starts, rows, side="right") - 1

    def row(self, key: FrameKey | InstantKey) -> int:
        """Row of a frame; of an instant, its row in the first camera that saw it.

        Raises:
            ProjectError: the project does not have it.
        """
        row = self._find(key) if isinstance(key, FrameKey) else next(iter(self.rows_at(key)), None)
        if row is None:
            raise ProjectError(f"{key} is no frame of the project; the nearest is {self._find_nearest(key)}")
        return int(row)

    def rows_at(self, instant: InstantKey) -> NDArray[np.intp]:
        """Rows of one instant in all cameras that saw it, ascending."""
        rows = (
            self._find(FrameKey(shot.subject, shot.action, shot.camera, instant.frame))
            for shot in self.shots
            if (shot.subject, shot.action) == (instant.subject, instant.action)
        )
        return np.array([row for row in rows if row is not None], np.intp)

    def rows_of(
        self, subject: str | None = None, action: str | None = None, camera: str | None = None
    ) -> NDArray[np.intp]:
        """Rows of a subject, an action and a camera, ascending; None is any."""
        blocks = [np.arange(shot.start, shot.stop) for shot in self.shots_of(subject, action, camera)]
        return np.concatenate(blocks) if blocks else np.zeros(0, np.intp)

    def shots_of(
        self, subject: str | None = None, action: str | None = None, camera: str | None = None
    ) -> list[Shot]:
        """Shots of a subject, an action and a camera, in the order of their rows; None is any."""
        return [
            shot
            for shot in self.shots
            if subject in (None, shot.subject)
            and action in (None, shot.action)
            and camera in (None, shot.camera)
        ]

    @property
    def subjects(self) -> list[str]:
        """Subjects in the order of their numbers, S5 before S11."""
        return natsorted({shot.subject for shot in self.shots})

    @cached_property
    def instants(self) -> NDArray[np.intp]:
        """For every row the number of its instant; rows of one instant in several cameras share it, (N,)."""
        sequences = {
            name: code for code, name in enumerate({(shot.subject, shot.action): 0 for shot in self.shots})
        }
        codes = np.repeat(
            np.array([sequences[shot.subject, shot.action] for shot in self.shots], np.int64),
            [shot.stop - shot.start for shot in self.shots],
        )
        return np.unique((codes << 32) | self.numbers, return_inverse=True)[1].astype(np.intp)

    def _find(self, key: FrameKey) -> int | None:
        shot = self._by_name.get((key.subject, key.action, key.camera))
        if shot is None:
            return None
        numbers = self.numbers[shot.start : shot.stop]
        offset = int(np.searchsorted(numbers, key.frame))
        return shot.start + offset if offset < len(numbers) and numbers[offset] == key.frame else None

    def _find_nearest(self, key: FrameKey | InstantKey) -> FrameKey | InstantKey:
        """A key that is there: of that subject, action and camera as far as these are, and near in time."""

        def is_same(shot: Shot) -> tuple[bool, ...]:
            camera = isinstance(key, FrameKey) and shot.camera == key.camera
            return (shot.subject == key.subject, shot.action == key.action, camera)

        shot = max(self.shots, key=is_same)
        row = shot.start + int(
            np.abs(self.numbers[shot.start : shot.stop].astype(np.int64) - key.frame).argmin()
        )
        return self[row] if isinstance(key, FrameKey) else self[row].instant
