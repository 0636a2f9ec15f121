"""Findings are kept in rank order; a review and the flags that follow from it are one edit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.errors import ProjectError
from core.project.finding import Finding, name_finding
from core.project.flags import remove_flag
from core.project.project import Project
from core.project.reviews import Decision, review_finding

OFFSET = Finding(
    name_finding("subject-offset", "S5", joint="RAnkle"),
    *("subject-offset", "S5", "RAnkle", None, None, 41.0, (37.0, 45.0), "bad-label"),
    "S5's right ankle label sits 41 mm behind.",
    evidence_for=("the same in all actions",),
    best_frames=("S5/Walking-1/54138969/000001",),
    score=9.5,
    influence={"joint_mm": 6.0},
)
SWAP = Finding(
    name_finding("swap", "S5", joint="legs", sequence="Walking-1", frames=(1, 2)),
    *("swap", "S5", "legs", "Walking-1", (1, 2), 300.0, (280.0, 320.0), "bad-label", "Swapped."),
)
SHIFT = Finding(
    name_finding("sequence-shift", "S11", sequence="Posing-1"),
    *("sequence-shift", "S11", None, "Posing-1", None, 200.0, (190.0, 210.0), "bad-camera", "Moved."),
)


@pytest.fixture
def audited(project: Project) -> Project:
    project.write_findings([OFFSET, SWAP, SHIFT], {"source": "initial"})
    return project


def decide(project: Project, finding: Finding, decision: Decision, reviewer: str = "ann") -> None:
    review_finding(project, finding.id, decision, reviewer=reviewer, note="seen")


def list_decisions(project: Project) -> list[tuple[str, str]]:
    return [(review.reviewer, review.decision) for review in project.reviews()]


def test_findings_come_back_in_rank_order_with_their_provenance(audited: Project) -> None:
    assert audited.findings() == [OFFSET, SWAP, SHIFT]
    assert OFFSET.id == "subject-offset:S5:RAnkle"
    assert SWAP.id == "swap:S5:Walking-1:legs:1-2"
    provenance = audited.audit_provenance()
    assert provenance is not None
    assert (provenance["source"], provenance["journal_position"]) == ("initial", 0)


def test_a_new_audit_replaces_findings_and_leaves_reviews_and_flags(audited: Project) -> None:
    decide(audited, OFFSET, "accepted")
    audited.write_findings([SWAP])
    assert audited.findings() == [SWAP]
    assert [review.finding_id for review in audited.reviews()] == [OFFSET.id]
    assert [flag.finding for flag in audited.flags()] == [OFFSET.id]


def test_accepting_flags_the_whole_group_in_one_edit(audited: Project) -> None:
    decide(audited, OFFSET, "accepted")
    (flag,) = audited.flags()
    assert (flag.subject, flag.joint, flag.action, flag.frames) == ("S5", "RAnkle", None, None)
    assert (flag.reason, flag.reviewer) == ("seen", "ann")
    assert len(audited.journal.entries()) == 1
    audited.journal.undo()
    assert (audited.flags(), audited.reviews()) == ([], [])
    audited.journal.redo()
    assert audited.flags() == [flag]
    assert list_decisions(audited) == [("ann", "accepted")]


def test_a_swap_flags_the_joints_of_its_limbs_and_a_shift_all_joints(audited: Project) -> None:
    decide(audited, SWAP, "accepted")
    mask = audited.flag_mask(np.arange(len(audited.keys)))
    names = np.array(audited.joint_set.names)[mask.any(axis=0)]
    assert set(names) == {"RHip", "RKnee", "RAnkle", "LHip", "LKnee", "LAnkle"}
    assert {audited.keys[row].frame for row in np.flatnonzero(mask.any(axis=1))} == {1, 2}
    decide(audited, SHIFT, "accepted")
    rows = audited.rows_of("S11", "Posing-1")
    assert audited.flag_mask(rows).all()
    ids = [flag.id for flag in audited.flags()]
    assert len(set(ids)) == len(ids) == 6 + 17
    assert ids[:3] == ["F1", "F1.1", "F1.2"]


@pytest.mark.parametrize("decision", ["rejected", "undecided"])
def test_deciding_anew_takes_the_flags_away_and_undo_brings_them_back(
    audited: Project, decision: Decision
) -> None:
    decide(audited, SWAP, "accepted")
    flagged = audited.flags()
    decide(audited, SWAP, decision)
    assert audited.flags() == []
    assert list_decisions(audited) == [("ann", decision)]
    audited.journal.undo()
    assert audited.flags() == flagged
    assert list_decisions(audited) == [("ann", "accepted")]


def test_flags_stand_as_long_as_anybody_accepts_the_finding(audited: Project) -> None:
    decide(audited, OFFSET, "accepted", "ann")
    decide(audited, OFFSET, "accepted", "ben")
    assert len(audited.flags()) == 1
    decide(audited, OFFSET, "rejected", "ann")
    assert len(audited.flags()) == 1
    decide(audited, OFFSET, "rejected", "ben")
    assert audited.flags() == []
    assert sorted(list_decisions(audited)) == [("ann", "rejected"), ("ben", "rejected")]


def test_a_flag_removed_by_hand_stays_away_when_its_finding_is_rejected(audited: Project) -> None:
    decide(audited, SWAP, "accepted")
    remove_flag(audited, "F1.1")
    decide(audited, SWAP, "rejected")
    assert audited.flags() == []
    audited.journal.undo()
    assert len(audited.flags()) == 5
    audited.journal.undo()
    assert len(audited.flags()) == 6


def test_decisions_outlive_a_restart(audited: Project) -> None:
    decide(audited, OFFSET, "accepted")
    with Project.open(audited.path) as again:
        assert list_decisions(again) == [("ann", "accepted")]
        assert again.journal.undo()
        assert (again.flags(), again.reviews()) == ([], [])


def test_what_cannot_be_decided_is_told(audited: Project) -> None:
    with pytest.raises(ProjectError, match="'nothing' is no finding of the project's last audit"):
        review_finding(audited, "nothing", "accepted", reviewer="ann")
    with pytest.raises(ProjectError, match="'maybe' is no decision; expected one of accepted, rejected"):
        review_finding(audited, OFFSET.id, "maybe", reviewer="ann")  # type: ignore[arg-type]
    with pytest.raises(ProjectError, match="'odd' is no kind of finding"):
        replace(OFFSET, kind="odd")
    assert audited.journal.position == 0
