"""The bodies of an estimator or a run beside the labels of many views, block by block, on some engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.audit.alignment import Alignment
from core.audit.file_array import FileArray
from core.audit.observations import Observations
from core.audit.posing import find_carrying_bones, pose_joints, reduce_to_joints
from core.audit.regressors import START, fit_without_each_subject
from core.audit.residuals import LaidViews
from core.audit.view_work import ViewData, ViewTask, lay_views, pose_views
from core.device import choose_device
from core.engine.engine import Engine, Outcome
from core.engine.exclusion import map_excluding
from core.engine.in_process import InProcessEngine
from core.progress import ProgressCallback
from core.types import BoolArray, FloatArray, IntArray

if TYPE_CHECKING:
    from core.project.project import Project

#: Views that a worker is given at once, and about how many show which bones carry the joints.
BLOCK, _SAMPLE = 2048, 400


@dataclass(frozen=True)
class SourceViews:
    """A source of bodies, and who lays them over labels.

    Attributes:
        project: that has them.
        source: the estimator or run.
        regressors: (S, J, V), each fitted without the subject.
        carriers: (J,) bone that carries each joint.
        engine: does the work.
        progress: told of views done.
        left_out: rows of the project that no worker survives -> why; filled while views are worked on.
    """

    project: Project
    source: str
    regressors: FloatArray
    carriers: IntArray
    engine: Engine
    progress: ProgressCallback | None
    left_out: dict[int, str] = field(default_factory=dict)

    def pose(self, observations: Observations) -> tuple[FileArray, FloatArray]:
        """Joints of all bodies as they are, (N, J, 3) metres, and each view's own scale, (N,).

        NaN where a view was left out.
        """
        joints = FileArray(observations.labels.shape)
        scales = np.full(len(observations), np.nan)
        for outcome in self._map(pose_views, observations, scales, "posing bodies"):
            joints[outcome.item.views], scales[outcome.item.views] = outcome.result
        return joints, scales

    def lay(self, observations: Observations, scales: FloatArray) -> LaidViews:
        """Lay all bodies over the labels, the first view of each instant turned; NaN where left out.

        Args:
            observations: labels of N views.
            scales: (N,) by which bodies are laid over labels.
        """
        count, shape = len(observations), observations.labels.shape
        place = np.full(count, -1)
        place[observations.first_views] = np.arange(len(observations.first_views))
        found = LaidViews(
            Alignment(np.full((count, 3, 3), np.nan), np.full(count, np.nan), np.full((count, 3), np.nan)),
            apart=FileArray(shape),
            local=FileArray(shape),
            turns=FileArray((len(observations.first_views), shape[1], 3, 3)),
        )
        for outcome in self._map(lay_views, observations, scales, "laying bodies over labels"):
            task, laid = outcome.item, outcome.result
            assert isinstance(laid, LaidViews)
            found.alignment.R[task.views] = laid.alignment.R
            found.alignment.scale[task.views] = laid.alignment.scale
            found.alignment.t[task.views] = laid.alignment.t
            found.apart[task.views], found.local[task.views] = laid.apart, laid.local
            found.turns[place[task.views[task.turned]]] = laid.turns
        return found

    def _map(
        self,
        work: Callable[[ViewData, ViewTask, str], object],
        observations: Observations,
        scales: FloatArray,
        message: str,
    ) -> Iterator[Outcome]:
        data = ViewData(reduce_to_joints(self.project.body(), self.regressors), self.carriers)
        done = int(self._is_left_out(observations.rows).sum())
        for outcome in map_excluding(self.engine, work, data, self._cut(observations, scales)):
            for view, why in outcome.item.excluded.items():
                self.left_out[int(observations.rows[view])] = why
            done += len(outcome.item.views) + len(outcome.item.excluded)
            if self.progress is not None:
                self.progress(done, len(observations), f"{message} of {self.source}")
            yield outcome

    def _cut(self, observations: Observations, scales: FloatArray) -> Iterator[ViewTask]:
        first = np.zeros(len(observations), bool)
        first[observations.first_views] = True
        subjects = observations.subjects
        for start in range(0, len(observations), BLOCK):
            views = np.arange(start, min(start + BLOCK, len(observations)))
            views = views[~self._is_left_out(observations.rows[views])]
            rows = observations.rows[views]
            yield ViewTask(
                views,
                self.project.read_bodies(self.source, rows),
                subjects[views],
                observations.labels[views],
                observations.usable[views],
                scales[views],
                first[views],
            )

    def _is_left_out(self, rows: NDArray[np.intp]) -> BoolArray:
        return np.isin(rows, list(self.left_out))


def open_source(
    project: Project,
    source: str,
    observations: Observations,
    *,
    carriers: IntArray | None = None,
    engine: Engine | None = None,
    progress: ProgressCallback | None = None,
) -> SourceViews:
    """Fit the regressors that judge a source's bodies, each without having seen whom it judges.

    Args:
        project: with the bodies.
        source: estimator or run.
        observations: labels of the views that it has bodies for.
        carriers: (J,) bones that carry the joints; found from the bodies if not given.
        engine: does the work; this process if not given.
        progress: told of views done.
    """
    model, rows = project.body(), observations.rows
    regressors = fit_without_each_subject(
        model,
        lambda rows: project.read_bodies(source, rows),
        observations,
        start=project.read_regressor(START).weights,
        joint_set=project.joint_set,
    )
    if carriers is None:
        some = np.arange(0, len(rows), max(1, len(rows) // _SAMPLE))
        bodies = project.read_bodies(source, rows[some])
        carriers = find_carrying_bones(
            model, pose_joints(model, bodies, regressors, observations.subjects[some])
        )
    return SourceViews(
        project, source, regressors, carriers, engine or InProcessEngine(str(choose_device("auto"))), progress
    )
