"""Errors over the whole project, as far as they have been measured: what heat maps, badges and strips show.

Kept a shot and joint, not a frame and joint, so that memory hardly grows with the number of frames.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from core.project.frame_index import FrameIndex, Shot
from core.types import BoolArray, FloatArray

Grouping = Literal["subject", "action", "camera", "sequence"]
Unit = Literal["mm", "px"]


@dataclass(frozen=True, eq=False)
class RegressorErrors:
    """One regressor's errors against all labels, or against those that are not flagged.

    Attributes:
        row_mm: mean over the joints of each frame, millimetres, (N,) float32; NaN where not measured.
        sums: unit -> sum over the frames of each shot, (S, J).
        counts: frames with an error, (S, J).
        worst_rows: row of the largest error of each shot and joint, (S, J); -1 without any.
        worst_mm: that error, (S, J).
    """

    row_mm: FloatArray
    sums: dict[Unit, FloatArray]
    counts: NDArray[np.int64]
    worst_rows: NDArray[np.int64]
    worst_mm: FloatArray

    @classmethod
    def empty(cls, frames: int, shots: int, joints: int) -> RegressorErrors:
        """Nothing measured yet."""
        shape = (shots, joints)
        return cls(
            np.full(frames, np.nan, np.float32),
            {"mm": np.zeros(shape), "px": np.zeros(shape)},
            np.zeros(shape, np.int64),
            np.full(shape, -1, np.int64),
            np.full(shape, -np.inf),
        )

    def copy(self) -> RegressorErrors:
        """The same figures, apart from those that go on being measured."""
        return RegressorErrors(
            self.row_mm.copy(),
            {unit: sums.copy() for unit, sums in self.sums.items()},
            self.counts.copy(),
            self.worst_rows.copy(),
            self.worst_mm.copy(),
        )

    def take_over(self, other: RegressorErrors, shot: int, joints: BoolArray) -> None:
        """Some joints' figures of one shot from elsewhere; means of frames stay."""
        for own, theirs in zip(self._tables, other._tables):
            own[shot, joints] = theirs[shot, joints]

    def erase(self, shot: int, joints: BoolArray) -> None:
        """Forget some joints' figures of one shot; means of frames stay."""
        for own, nothing in zip(self._tables, (0, 0, 0, -1, -np.inf)):
            own[shot, joints] = nothing

    @property
    def _tables(self) -> tuple[NDArray[np.generic], ...]:
        """All that is kept by shot and joint."""
        return self.sums["mm"], self.sums["px"], self.counts, self.worst_rows, self.worst_mm

    def add(self, start: int, shot: int, errors_mm: FloatArray, errors_px: FloatArray) -> None:
        """Take in consecutive rows of one shot, (n, J) each; NaN without a label or a body."""
        known = np.isfinite(errors_mm)
        filled = np.where(known, errors_mm, 0.0)
        counts = known.sum(axis=1)
        means = filled.sum(axis=1) / np.maximum(counts, 1)
        self.row_mm[start : start + len(errors_mm)] = np.where(counts > 0, means, np.nan)
        self.sums["mm"][shot] += filled.sum(axis=0)
        self.sums["px"][shot] += np.nansum(errors_px, axis=0)
        self.counts[shot] += known.sum(axis=0)
        filled = np.where(known, errors_mm, -np.inf)
        rows = filled.argmax(axis=0)
        largest = filled[rows, np.arange(filled.shape[1])]
        better = largest > self.worst_mm[shot]
        self.worst_mm[shot][better] = largest[better]
        self.worst_rows[shot][better] = start + rows[better]


@dataclass(frozen=True)
class HeatMap:
    """A table of mean errors: joints by groups of shots.

    Attributes:
        groups: titles of the columns, e.g. subjects.
        values: (J, G) in the unit asked for; NaN where nothing is known, or every label is left out.
        with_flagged: the same with the flagged labels among them, (J, G).
        left_out: labels that ``values`` do without, as they are flagged, (J, G).
    """

    groups: tuple[str, ...]
    values: FloatArray
    with_flagged: FloatArray
    left_out: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Survey:
    """What is known of all frames' errors; replaced whole as more is measured.

    Attributes:
        source: whose bodies were measured.
        errors: regressor -> its errors against all labels.
        done: frames measured.
        total: frames in all.
        unflagged: regressor -> its errors against the labels that are not flagged; where there is no flag,
            a regressor may be missing.
    """

    source: str = ""
    errors: dict[str, RegressorErrors] = field(default_factory=dict)
    done: int = 0
    total: int = 0
    unflagged: dict[str, RegressorErrors] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether every frame has been measured."""
        return self.total > 0 and self.done >= self.total

    def tabulate(
        self,
        keys: FrameIndex,
        regressor: str,
        *,
        by: Grouping,
        unit: Unit = "mm",
        minus: str | None = None,
        with_flagged: bool = False,
    ) -> HeatMap:
        """Mean errors of each joint in each group of shots.

        Args:
            keys: the project's frames.
            regressor: whose errors.
            by: what the columns are.
            unit: of the values.
            minus: a regressor whose mean errors are taken off; None for none.
            with_flagged: whether the flagged labels count.
        """
        groups, members = group_shots(keys, by)

        def average(*, with_flagged: bool) -> FloatArray:
            chosen = self._choose(with_flagged=with_flagged)
            values = _average(chosen[regressor], members, unit)
            return values if minus is None else values - _average(chosen[minus], members, unit)

        whole = average(with_flagged=True)
        if with_flagged:
            return HeatMap(groups, whole, whole, np.zeros(whole.shape, np.int64))
        counts, fewer = (
            _sum_groups(self._choose(with_flagged=both)[regressor].counts, members) for both in (True, False)
        )
        return HeatMap(groups, average(with_flagged=False), whole, counts - fewer)

    def average_groups(self, regressor: str, groups: NDArray[np.intp]) -> FloatArray:
        """Mean errors over all joints of groups of shots, millimetres, (G,); NaN where nothing is known.

        Args:
            regressor: whose errors.
            groups: the number of every shot's group, (S,).
        """
        known = self.errors.get(regressor)
        if known is None:
            return np.full(int(groups.max()) + 1, np.nan)
        sums = np.bincount(groups, known.sums["mm"].sum(axis=1))
        counts = np.bincount(groups, known.counts.sum(axis=1))
        return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)

    def find_worst(
        self,
        keys: FrameIndex,
        regressor: str,
        *,
        by: Grouping,
        group: str,
        joint: int,
        with_flagged: bool = False,
    ) -> list[int]:
        """The frames behind a cell: the worst one of each shot in it, worst first.

        Where every label of the cell is flagged they are those of the flagged ones.
        """
        known = self._choose(with_flagged=with_flagged).get(regressor)
        groups, members = group_shots(keys, by)
        if known is None or group not in groups:
            return []
        shots = members[groups.index(group)]
        if not known.counts[shots, joint].any():
            known = self.errors[regressor]
        order = shots[np.argsort(-known.worst_mm[shots, joint], kind="stable")]
        return [int(row) for row in known.worst_rows[order, joint] if row >= 0]

    def _choose(self, *, with_flagged: bool) -> dict[str, RegressorErrors]:
        return self.errors if with_flagged else self.errors | self.unflagged


def _average(known: RegressorErrors, members: list[NDArray[np.intp]], unit: Unit) -> FloatArray:
    """(J, G) means over groups of shots."""
    sums, counts = _sum_groups(known.sums[unit], members), _sum_groups(known.counts, members)
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)


def _sum_groups(table: NDArray[Any], members: list[NDArray[np.intp]]) -> NDArray[Any]:
    """(J, G) sums over groups of shots of a table (S, J)."""
    return np.stack([table[shots].sum(axis=0) for shots in members], axis=1)


def group_shots(keys: FrameIndex, by: Grouping) -> tuple[tuple[str, ...], list[NDArray[np.intp]]]:
    """Titles of G groups, and for each the (n,) places of its shots in ``keys.shots``."""
    names = [name_group(shot, by) for shot in keys.shots]
    groups = keys.subjects if by == "subject" else sorted(set(names))
    members: dict[str, list[int]] = {group: [] for group in groups}
    for number, name in enumerate(names):
        members[name].append(number)
    return tuple(groups), [np.array(numbers, np.intp) for numbers in members.values()]


def name_group(shot: Shot, by: Grouping) -> str:
    """The group that a shot falls into; sequences of one action go together."""
    match by:
        case "subject":
            return shot.subject
        case "camera":
            return shot.camera
        case "sequence":
            return f"{shot.subject}/{shot.action}"
        case _:
            return name_action(shot.action)


def name_action(action: str) -> str:
    """An action without the number of its sequence: ``Walking-1`` -> ``Walking``."""
    name, dash, take = action.rpartition("-")
    return name if dash and take.isdecimal() else action
