"""What the cameras of an instant say about a finding: do their 2D labels lie where the 3D labels project?

Each camera's 2D labels are held against the 3D labels that the *other* cameras of the instant have, carried
over through the world. Where all agree no camera is to blame, and 2D and 3D labels are wrong alike or not at
all; where one does not, its place, its lens or its labels may be; where none does, the 3D labels stand alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.audit.observations import Observations, median_without_nan
from core.audit.reprojection import find_least_odd
from core.cameras import project as project_points
from core.cameras import to_camera, to_world
from core.project.finding import Finding
from core.project.reviews import list_flagged_joints
from core.types import FloatArray
from core.words import spell

if TYPE_CHECKING:
    from core.project.project import Project

#: Instants of each finding that are looked at, and of the whole project, to know what is usual.
INSTANTS, USUAL_INSTANTS = 6, 60


@dataclass(frozen=True)
class CameraEvidence:
    """How far 2D labels lie from the 3D labels of the other cameras.

    Attributes:
        distances: camera -> median over a finding's joints and instants, pixels.
        usual: the same over all cameras, joints and some instants of the project, pixels.
    """

    distances: dict[str, float]
    usual: float

    def list_odd(self) -> list[str]:
        """Cameras whose 2D labels lie elsewhere."""
        least = find_least_odd(self.usual)
        return [camera for camera, distance in self.distances.items() if distance >= least]


def weigh_cameras(project: Project, findings: Sequence[Finding], observations: Observations) -> list[Finding]:
    """The findings, each with what the cameras of its instants say for or against its verdict.

    Nothing is said where fewer than two cameras see it, 3D labels do not tell the place, or 2D labels are
    projections of labels in the world, which agree wherever the cameras are said to stand.

    Args:
        project: that was audited.
        findings: of the audit.
        observations: all views; their instants are looked at, not their labels, of which swaps may have been
            taken back.
    """
    by_construction = project.has_projected_keypoints and project.has_world_labels
    if not findings or not project.has_absolute_labels or by_construction:
        return list(findings)
    count = len(observations.instants)
    order = np.argsort(observations.instant_of, kind="stable")
    starts = np.searchsorted(observations.instant_of[order], np.arange(count + 1))
    everywhere = _spread(np.arange(count), USUAL_INSTANTS)
    wanted = [_spread(_list_instants(finding, observations), INSTANTS) for finding in findings]
    looked_at = np.unique(np.concatenate([everywhere, *wanted]))
    views = np.sort(np.concatenate([order[starts[each] : starts[each + 1]] for each in looked_at]))
    apart = measure_apart(project, observations.rows[views], observations.instant_of[views])
    usual = _take_median(apart[np.isin(observations.instant_of[views], everywhere)])
    cameras = np.array([project.keys.shots[shot].camera for shot in observations.shots[views]])
    weighed = []
    for finding, instants in zip(findings, wanted):
        joints = [project.joint_set.index(name) for name in list_flagged_joints(finding, project.joint_set)]
        own = np.flatnonzero(np.isin(observations.instant_of[views], instants))
        distances = {
            str(camera): _take_median(apart[np.ix_(own[cameras[own] == camera], joints)])
            for camera in np.unique(cameras[own])
        }
        known = {camera: distance for camera, distance in distances.items() if np.isfinite(distance)}
        weighed.append(add_evidence(finding, CameraEvidence(known, usual)))
    return weighed


def measure_apart(project: Project, rows: NDArray[np.intp], instant_of: NDArray[np.integer]) -> FloatArray:
    """From each 2D label to the projected 3D label of the instant's other cameras, (N, J) pixels.

    To the view's own 3D label where no other camera has one, or it is not known where the cameras stand; NaN
    where either label is absent.

    Args:
        project: with the labels.
        rows: (N,) ascending, with all views of each instant.
        instant_of: (N,) number of each view's instant.
    """
    labels = project.labels(rows).astype(np.float64)
    keypoints = project.keypoints(rows).astype(np.float64)
    cameras = [project.camera(int(row)) for row in rows]
    world = np.stack([to_world(own, camera.R, camera.t) for own, camera in zip(labels, cameras)])
    expected = labels.copy()
    for instant in np.unique(instant_of):
        own = np.flatnonzero(instant_of == instant)
        for view in own if len(own) > 1 else ():
            others = median_without_nan(world[own[own != view]], axis=0)
            carried = to_camera(others, cameras[view].R, cameras[view].t)
            expected[view] = np.where(np.isfinite(carried), carried, labels[view])
    seen = np.stack([project_points(points, camera.lens) for points, camera in zip(expected, cameras)])
    return np.asarray(np.linalg.norm(keypoints - seen, axis=-1))


def add_evidence(finding: Finding, cameras: CameraEvidence) -> Finding:
    """A finding with one sentence more, for or against its verdict; as it was where nothing is said."""
    if len(cameras.distances) < 2:
        return finding
    odd, all_of = cameras.list_odd(), f"all {spell(len(cameras.distances))} cameras"
    if not odd:
        # That labels agree with each other does not tell them from bodies or regressors.
        if finding.verdict in ("bad-fit", "bad-regressor"):
            return finding
        agree = f"2D and 3D labels agree in {all_of}, within {max(0.1, *cameras.distances.values()):.1f} px"
        if finding.verdict == "bad-camera":
            return _against(finding, f"{agree}, as if the cameras were where they are said to be")
        if finding.kind == "sequence-shift":
            return _for(finding, f"{agree}: both lie beside the person, wherever the cameras stand")
        return _for(finding, f"{agree}, so that no camera is to blame")
    usual = f"usually {cameras.usual:.1f} px"
    if len(odd) == len(cameras.distances):
        least = min(cameras.distances.values())
        text = f"2D labels lie {least:.0f} px or more from the projected 3D ones in {all_of}, {usual}"
        return _for(finding, f"{text}: the 3D labels are wrong by themselves")
    worst = max(cameras.distances[camera] for camera in odd)
    text = (
        f"2D labels of {' and '.join(odd)} lie up to {worst:.0f} px from the 3D ones of the other cameras, "
        f"{usual}: a camera's place, lens or labels may be to blame"
    )
    return (_for if finding.verdict == "bad-camera" else _against)(finding, text)


def _for(finding: Finding, text: str) -> Finding:
    return replace(finding, evidence_for=(*finding.evidence_for, text))


def _against(finding: Finding, text: str) -> Finding:
    return replace(finding, evidence_against=(*finding.evidence_against, text))


def _list_instants(finding: Finding, observations: Observations) -> NDArray[np.intp]:
    """Numbers of the instants that a finding is about."""
    instants = observations.instants
    names = [
        (subject == finding.subject and finding.sequence in (None, action))
        for subject, action in instants.sequence_names
    ]
    about = np.array(names)[instants.sequences]
    if finding.frames is not None:
        about &= (instants.frames >= finding.frames[0]) & (instants.frames <= finding.frames[1])
    return np.flatnonzero(about)


def _spread(numbers: NDArray[np.intp], count: int) -> NDArray[np.intp]:
    """About so many of some numbers, evenly spread."""
    if not len(numbers):
        return numbers
    return numbers[np.unique(np.linspace(0, len(numbers) - 1, count).round().astype(np.intp))]


def _take_median(values: FloatArray) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if known.size else float("nan")
