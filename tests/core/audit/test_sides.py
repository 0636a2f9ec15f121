"""Left and right that are exchanged in all frames of a subject are one finding, and mislead nothing else."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

import numpy as np
import pytest

from core.audit import sides
from core.audit.audit import examine_project
from core.audit.observations import read_observations
from core.audit.swaps import Swap, exchange_limbs
from core.audit.verdicts import judge_swap
from core.errors import DatasetError
from core.joints import H36M_17
from core.project.finding import Verdict
from core.project.project import Project
from core.project.reviews import list_flagged_joints
from core.types import FloatArray, FrameKey
from tests.core.audit.conftest import Observe

Exchange = Callable[..., None]


@pytest.fixture
def project(project_small: Any) -> Iterator[Project]:
    with Project.open(project_small, read_only=True) as opened:
        yield opened


@pytest.fixture
def exchange(project: Project, monkeypatch: pytest.MonkeyPatch) -> Exchange:
    """Exchanges the labels of some subjects, but for some frames' keys."""
    mirror = list(range(len(H36M_17)))
    for right, left in H36M_17.pairs:
        mirror[right], mirror[left] = left, right
    read = project.labels

    def exchange(subjects: Sequence[str], *, but: Collection[FrameKey] = ()) -> None:
        def read_exchanged(rows: Any) -> FloatArray:
            labels = read(rows)
            keys = [project.keys[row] for row in np.asarray(rows).tolist()]
            own = [key.subject in subjects and key not in but for key in keys]
            return np.where(np.array(own)[:, None, None], labels[:, mirror], labels)

        monkeypatch.setattr(project, "labels", read_exchanged)

    return exchange


def find_exchanged(project: Project) -> dict[str, Verdict]:
    """Subject -> what is to blame."""
    observations = read_observations(project, np.flatnonzero(project.bodies_present("spin")))
    names = observations.instants.subject_names
    swaps = sides.find_exchanged_subjects(project, "spin", observations)
    return {
        names[observations.instants.subjects[swap.instants[0]]]: judge_swap(swap).verdict for swap in swaps
    }


def test_a_subject_that_is_exchanged_throughout_is_the_first_finding(
    project: Project, exchange: Exchange
) -> None:
    plain = {finding.id for finding in examine_project(project).findings}
    assert not any(name.startswith("swap") for name in plain)
    exchange(["S6"])
    audit = examine_project(project)
    first = audit.findings[0]
    assert first.id == "swap:S6:all"
    assert first.frames is None
    assert first.sentence.startswith("Left and right sides of the body are exchanged in all frames of S6; ")
    assert "mm with left and right exchanged" in first.evidence_for[0]
    assert len(list_flagged_joints(first, H36M_17)) == 12
    assert {finding.id for finding in audit.findings} == {*plain, "swap:S6:all"}
    assert not any("exchanged in all labels" in note for note in audit.details["notes"])


def test_where_all_are_exchanged_the_audit_says_so(project: Project, exchange: Exchange) -> None:
    assert find_exchanged(project) == {}
    exchange(project.keys.subjects)
    audit = examine_project(project)
    swaps = [finding for finding in audit.findings if finding.kind == "swap"]
    assert {(finding.subject, finding.sequence) for finding in swaps} == {
        (subject, None) for subject in project.keys.subjects
    }
    assert "exchanged in all labels" in audit.details["notes"][0]


def test_bodies_are_to_blame_where_the_labels_can_tell_their_sides(
    project: Project, exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange(["S6"])
    assert find_exchanged(project) == {"S6": "bad-label"}
    monkeypatch.setattr(sides, "check_sides", lambda *_: 1.0)
    assert find_exchanged(project) == {"S6": "bad-fit"}


def test_other_bodies_are_asked_where_no_nose_tells(
    project: Project, exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> float:
        raise DatasetError("no nose")

    exchange(["S6"])
    monkeypatch.setattr(sides, "check_sides", refuse)
    assert find_exchanged(project) == {"S6": "bad-label"}
    compare = sides._compare

    def contradict(project: Project, name: str, rows: Any) -> tuple[FloatArray, FloatArray]:
        near, exchanged = compare(project, name, rows)
        return (exchanged, near) if name == "vibe" else (near, exchanged)

    monkeypatch.setattr(sides, "_compare", contradict)
    assert find_exchanged(project) == {"S6": "bad-fit"}


def test_a_subject_of_whom_a_sequence_is_in_order_is_not_exchanged_throughout(
    project: Project, exchange: Exchange
) -> None:
    one, _ = dict.fromkeys(shot.action for shot in project.keys.shots_of("S6"))
    rows = project.keys.rows_of("S6", one)
    in_order = [key for key in (project.keys[row] for row in rows.tolist()) if key.frame != 1]
    assert len(in_order) == 12
    exchange(["S6"], but=in_order)  # more of its frames are exchanged than not
    assert find_exchanged(project) == {}
    exchange(["S6"])
    assert find_exchanged(project) == {"S6": "bad-label"}


def test_what_vouches_is_exchanged_with_the_labels(observe: Observe, labels: FloatArray) -> None:
    labels = labels.copy()
    ankles = H36M_17.index("RAnkle"), H36M_17.index("LAnkle")
    labels[:30, ankles[0]] = np.nan
    before = observe(labels)
    after = exchange_limbs(before, [Swap("legs", (0, 29), 20.0, 0.3)], H36M_17)
    own = after.instant_of < 30
    assert after.usable[own, ankles[0]].all()
    assert not after.usable[own, ankles[1]].any()
    assert (np.isfinite(after.labels).all(axis=-1) == after.usable).all()
