"""Bodies that do not lean on the labels they judge: fitted anew without the suspected joints.

Bodies that were optimised towards labels follow bad ones and so hide half of an offset. Without the labels of
a joint, silhouettes from several sides and the labels of the other joints still say where it is, and all of
the offset shows. So the bodies of a run are optimised a little further without the joints that seem off,
for all subjects alike, since each subject is compared with the others.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.audit.left_out_work import RefitData, RefitTask, refit_subject
from core.audit.observations import Observations
from core.audit.offsets import NEAR_RATIO, OffsetTests, centre_sequences, compare_subjects
from core.audit.posing import pose_joints
from core.audit.regressors import START, fit_without_each_subject
from core.audit.residuals import measure_residuals
from core.audit.witness import Witness
from core.engine.engine import Engine
from core.engine.exclusion import map_excluding
from core.engine.kept import close_kept
from core.joints import JointSet
from core.optimize.settings import Settings
from core.progress import ProgressCallback
from core.project.runs import RunRecord
from core.types import BETAS, BodyParameters, BoolArray, FloatArray, IntArray

if TYPE_CHECKING:
    from core.project.project import Project


#: Bones between two joints, from which on neither's label makes up for the other's.
APART = 3
#: Instants of each subject that are optimised anew, and steps.
INSTANTS, STEPS = 8, 40


@dataclass(frozen=True)
class LeftOut:
    """What bodies say that have not seen the labels of the joints they are asked about.

    Attributes:
        centres: (Q, J, 3) metres, sequence by sequence; NaN at joints whose labels were not left out.
        tests: of all subjects; NaN there too.
        excluded: rows of the project that no worker survives -> why.
    """

    centres: FloatArray
    tests: OffsetTests
    excluded: Mapping[int, str] = field(default_factory=dict)


def can_leave_out(run: RunRecord) -> bool:
    """Whether a run's bodies are held by silhouettes from several sides, without which a joint is lost."""
    return run.shares_bodies and "silhouette" in Settings.from_dict(run.settings).active


def compare_without_labels(
    project: Project,
    witness: Witness,
    usable: BoolArray,
    tests: OffsetTests,
    *,
    engine: Engine,
    progress: ProgressCallback | None = None,
) -> LeftOut | None:
    """Compare subjects by bodies that have not seen the labels of some joints.

    Args:
        project: that the run is of.
        witness: the run's bodies as they are.
        usable: (M, J) labels of instants that may vouch.
        tests: of the bodies as they are; joints at which some subject is suspected by them are judged anew.
        engine: fits the bodies.
        progress: told of subjects done.

    Returns:
        None with too few subjects.
    """
    joint_set = project.joint_set
    seen = choose_instants(witness.observations, usable)
    groups = group_joints(joint_set, list_suspected_joints(tests))
    centres = np.full((len(seen.instants.sequence_names), len(joint_set), 3), np.nan)
    unheard = [list_unheard(tests, group, joint_set) for group in groups]
    found, excluded = refit_bodies(project, witness, seen, unheard, engine=engine, progress=progress)
    for group, bodies in zip(groups, found, strict=True):
        regressors = fit_without_each_subject(
            project.body(),
            lambda rows, bodies=bodies: bodies[np.searchsorted(seen.rows, rows)],  # type: ignore[misc]
            seen,
            start=project.read_regressor(START).weights,
            joint_set=joint_set,
        )
        posed = pose_joints(project.body(), bodies, regressors, seen.subjects)
        local = measure_residuals(posed, witness.carriers, seen).local
        centres[:, group] = centre_sequences(local, usable, seen.instants)[:, group]
    compared = compare_subjects(centres, seen.instants, joint_set)
    return None if compared is None else LeftOut(centres, compared, excluded)


def refit_bodies(
    project: Project,
    witness: Witness,
    seen: Observations,
    unheard: Sequence[Sequence[Sequence[int]]],
    *,
    engine: Engine,
    progress: ProgressCallback | None = None,
) -> tuple[list[BodyParameters], dict[int, str]]:
    """A run's bodies, optimised on without the labels of some joints, once for each group of joints.

    Args:
        project: that the run is of.
        witness: the run's bodies as they are.
        seen: the views whose bodies are wanted.
        unheard: for each group and subject the joints whose labels have no say.
        engine: does the work.
        progress: told of subjects done.

    Returns:
        Of each group the bodies of all views; and rows that no worker survives -> why, which are NaN.
    """
    assert witness.run is not None
    start = project.read_regressor(START)
    excluded: dict[int, str] = {}
    found = [
        BodyParameters(*(np.full((len(seen), width), np.nan) for width in (3, 69, BETAS, 3))) for _ in unheard
    ]
    tasks = [
        RefitTask(number, int(subject), tuple(joints[subject]), seen.rows[seen.subjects == subject])
        for number, joints in enumerate(unheard)
        for subject in np.unique(seen.subjects)
    ]
    with _keep_snapshot(project) as snapshot:
        data = RefitData(
            project.path,
            snapshot,
            project.body(),
            witness.run,
            tuple(replace(start, name="judge", weights=weights) for weights in witness.regressors),
            STEPS,
        )
        for done, outcome in enumerate(map_excluding(engine, refit_subject, data, tasks), start=1):
            if outcome.result is not None:
                views = np.searchsorted(seen.rows, outcome.item.rows)
                for name in ("global_orient", "body_pose", "betas", "transl"):
                    getattr(found[outcome.item.group], name)[views] = getattr(outcome.result, name)
            excluded |= outcome.item.excluded
            if progress:
                progress(done, len(tasks), "fitting bodies without the suspected labels")
    return found, excluded


@contextmanager
def _keep_snapshot(project: Project) -> Iterator[Path]:
    """The index as it is, for workers: in the project's folder, which all see, unless that is read-only."""
    with tempfile.TemporaryDirectory() as elsewhere:
        folder = Path(elsewhere) if project.read_only else project.path
        snapshot = folder / "audit.index.sqlite"
        project.database.write_snapshot(snapshot)
        try:
            yield snapshot
        finally:
            close_kept()
            snapshot.unlink(missing_ok=True)


def list_suspected_joints(tests: OffsetTests) -> NDArray[np.intp]:
    """(n,) joints at which some subject is off, or nearly so, the worst first."""
    worst = np.nan_to_num(tests.ratio).max(axis=0)
    order = np.argsort(-worst, kind="stable")
    return order[worst[order] >= NEAR_RATIO]


def list_unheard(tests: OffsetTests, group: list[int], joint_set: JointSet) -> list[list[int]]:
    """For each subject the joints whose labels have no say while a group is judged.

    These are the group's and, of each subject, those near one of the group that are suspected more than it: a
    bad ankle label, left in, would bend the shank and put the knee off.
    """
    bones, unheard = count_bones(joint_set), []
    for ratio in np.nan_to_num(tests.ratio):
        worse = [
            joint
            for joint in np.flatnonzero(ratio >= NEAR_RATIO).tolist()
            if any(bones[joint, each] < APART and ratio[joint] > ratio[each] for each in group)
        ]
        unheard.append(sorted({*group, *worse}))
    return unheard


def choose_instants(observations: Observations, usable: BoolArray) -> Observations:
    """The views of some instants of each subject in which no label is suspect, evenly spread.

    Args:
        observations: of N views and M instants.
        usable: (M, J) labels that are there and not suspect.
    """
    subjects = observations.instants.subjects
    good = np.intersect1d(observations.instant_of, np.flatnonzero(usable.all(axis=1)))
    chosen = []
    for subject in np.unique(subjects):
        own = good[subjects[good] == subject]
        if len(own):
            chosen.append(own[np.unique(np.linspace(0, len(own) - 1, INSTANTS).round().astype(np.intp))])
    wanted = np.concatenate(chosen) if chosen else np.zeros(0, np.intp)
    return observations.take(np.flatnonzero(np.isin(observations.instant_of, wanted)))


def group_joints(joint_set: JointSet, joints: Iterable[int]) -> list[list[int]]:
    """Joints that can be left out together, in groups that hold the given ones.

    Those of a group lie :data:`APART` bones from each other or more. Groups are filled up with other joints,
    which cost nothing more, as what subjects usually differ by is learned from all of a group.
    """
    bones = count_bones(joint_set)
    groups: list[list[int]] = []
    for joint in joints:
        if any(joint in group for group in groups):
            continue
        fitting = (group for group in groups if (bones[joint, group] >= APART).all())
        group = next(fitting, None)
        if group is None:
            groups.append([joint])
        else:
            group.append(joint)
    for group in groups:
        for joint in range(len(joint_set)):
            if (bones[joint, group] >= APART).all():
                group.append(joint)
    return [sorted(group) for group in groups]


def count_bones(joint_set: JointSet) -> IntArray:
    """Number of bones on the way from each joint to each other, (J, J)."""
    count = len(joint_set)
    bones = np.full((count, count), count)
    np.fill_diagonal(bones, 0)
    for first, second in joint_set.bones:
        bones[first, second] = bones[second, first] = 1
    for way in range(count):  # Floyd and Warshall
        bones = np.minimum(bones, bones[:, [way]] + bones[[way]])
    return bones
