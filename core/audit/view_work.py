"""What a worker does with some views: pose their bodies, and lay them over the labels.

All that it needs comes with the block, and all that it finds goes back: a kilobyte or two a view, next to
which a tenth of a millisecond's work is long. A worker opens no file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np

from core.audit.alignment import find_scales
from core.audit.posing import JointBody
from core.audit.residuals import LaidViews, lay_over
from core.types import BodyParameters, BoolArray, FloatArray, IntArray


@dataclass(frozen=True)
class ViewData:
    """What all blocks have in common.

    Attributes:
        body: reduced to what the regressors need.
        carriers: (J,) bone that carries each joint.
    """

    body: JointBody
    carriers: IntArray


@dataclass(frozen=True)
class ViewTask:
    """Some views; see :mod:`core.engine.exclusion` for its parts, which are numbers of views.

    Attributes:
        views: (B,) their numbers.
        bodies: of the views.
        subjects: (B,) which regressor regresses each.
        labels: (B, J, 3) metres.
        usable: (B, J) which labels have a say.
        scales: (B,) by which bodies are laid over labels; NaN while they are looked for.
        turned: (B,) whose rotations are wanted.
        is_probe: whether the result is of no account.
        excluded: numbers of views that are left out -> why.
    """

    views: IntArray
    bodies: BodyParameters
    subjects: IntArray
    labels: FloatArray
    usable: BoolArray
    scales: FloatArray
    turned: BoolArray
    is_probe: bool = False
    excluded: Mapping[int, str] = field(default_factory=dict)

    @property
    def parts(self) -> tuple[int, ...]:
        """Numbers of its views."""
        return tuple(self.views.tolist())

    def probe(self, parts: tuple[int, ...]) -> Self:
        """These views alone."""
        return replace(self._take(np.isin(self.views, parts)), is_probe=True)

    def without(self, excluded: Mapping[int, str]) -> Self:
        """The block without some views, told why."""
        return replace(self._take(~np.isin(self.views, list(excluded))), excluded=excluded)

    def _take(self, wanted: BoolArray) -> Self:
        return replace(
            self,
            views=self.views[wanted],
            bodies=self.bodies[wanted],
            subjects=self.subjects[wanted],
            labels=self.labels[wanted],
            usable=self.usable[wanted],
            scales=self.scales[wanted],
            turned=self.turned[wanted],
        )


def pose_views(data: ViewData, task: ViewTask, device: str) -> tuple[FloatArray, FloatArray]:
    """Joints of a block's bodies, (B, J, 3) metres, and each view's own scale, (B,)."""
    joints = data.body.pose(task.bodies, task.subjects).joints
    return joints, find_scales(joints, task.labels, task.usable)


def lay_views(data: ViewData, task: ViewTask, device: str) -> LaidViews:
    """Lay a block's bodies over its labels."""
    return lay_over(
        data.body.pose(task.bodies, task.subjects),
        data.carriers,
        task.labels,
        task.usable,
        scales=task.scales,
        turned=np.flatnonzero(task.turned),
    )
