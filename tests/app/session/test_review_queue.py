"""Which findings are listed, stepped through and counted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.commands.command import Workspace
from app.commands.edits import redo_edit, undo_edit
from app.commands.findings import (
    accept_finding,
    filter_findings,
    go_to_finding,
    go_to_next_finding,
    go_to_previous_finding,
    leave_finding,
    note_finding,
    reject_finding,
    review_blindly,
    sign_reviews,
)
from app.commands.samples import call_frame_bad, call_frame_good, draw_frames, go_to_next_sampled
from app.commands.subjects import find_best_subject
from app.session.changes import Change
from app.session.session import Session
from core.errors import SettingsError
from core.project.finding import Finding, name_finding
from core.project.project import Project


def make_finding(kind: str, subject: str, joint: str | None = None, **more: object) -> Finding:
    sequence, frames = more.pop("sequence", None), more.pop("frames", None)
    return Finding(
        id=name_finding(kind, subject, joint=joint, sequence=sequence, frames=frames),  # type: ignore[arg-type]
        kind=kind,  # type: ignore[arg-type]
        subject=subject,
        joint=joint,
        sequence=sequence,  # type: ignore[arg-type]
        frames=frames,  # type: ignore[arg-type]
        effect_mm=41.0,
        interval_mm=(37.0, 45.0),
        verdict=more.pop("verdict", "bad-label"),  # type: ignore[arg-type]
        sentence=f"{subject}'s {joint} is off",
        **more,  # type: ignore[arg-type]
    )


@pytest.fixture
def project(project_copy: Path) -> Iterator[Project]:
    with Project.open(project_copy) as opened:
        keys = opened.keys
        rows = opened.rows_of("S5", camera="58860488")
        opened.write_findings(
            [
                make_finding("subject-offset", "S5", "RAnkle", best_frames=(str(keys[int(rows[3])]),)),
                make_finding("subject-offset", "S9", "LWrist", verdict="bad-fit"),
                make_finding("swap", "S1", "legs", sequence=keys[0].action, frames=(1, 400)),
            ]
        )
        yield opened


@pytest.fixture
def workspace(project: Project) -> Workspace:
    return Workspace(Session(project), jobs=None)  # type: ignore[arg-type]


def test_stepping_goes_round_and_shows_the_best_frame_and_joint(workspace: Workspace) -> None:
    session = workspace.session
    go_to_next_finding(workspace)
    assert str(session.key) == session.review.findings[0].best_frames[0]
    assert session.selection == session.project.joint_set.index("RAnkle")
    go_to_previous_finding(workspace)
    assert session.review.finding == session.review.findings[2]
    assert session.key.subject == "S1"
    go_to_next_finding(workspace)
    assert session.review.finding == session.review.findings[0]


def test_accepting_flags_the_whole_group_in_one_edit_and_goes_on(workspace: Workspace) -> None:
    session = workspace.session
    go_to_finding(workspace, id_=session.review.findings[2].id)
    accept_finding(workspace, note="seen in all views")
    flagged = {flag.joint for flag in session.flags}
    assert {"RHip", "LHip", "RAnkle", "LAnkle"} <= flagged
    assert all(flag.finding == session.review.findings[2].id for flag in session.flags)
    assert session.review.decided == 1
    assert session.review.finding == session.review.findings[0]
    undo_edit(workspace)
    assert session.flags == ()
    assert session.review.decided == 0
    assert session.review.finding == session.review.findings[2], "what was undone is shown"
    assert session.status.startswith("Undone: accepted, with its ")
    assert session.status.endswith(session.review.findings[2].sentence)
    redo_edit(workspace)
    assert len(session.flags) == len(flagged)


def test_the_last_decision_stays_where_it_is(workspace: Workspace) -> None:
    review = workspace.session.review
    go_to_next_finding(workspace)
    for decide in (reject_finding, leave_finding, reject_finding):
        decide(workspace)
    assert review.decided == 3
    assert review.finding == review.findings[2]
    with pytest.raises(SettingsError, match="every listed finding has been reviewed"):
        go_to_next_finding(workspace, unreviewed=True)


def test_filters_narrow_by_every_part(workspace: Workspace) -> None:
    review = workspace.session.review
    filter_findings(workspace, joint="RKnee")
    assert [finding.kind for finding in review.listed] == ["swap"]
    filter_findings(workspace, verdict="bad-fit")
    assert [finding.subject for finding in review.listed] == ["S9"]
    filter_findings(workspace, subject="S5", kind="subject-offset")
    assert [finding.joint for finding in review.listed] == ["RAnkle"]
    filter_findings(workspace)
    go_to_next_finding(workspace)
    reject_finding(workspace)
    filter_findings(workspace, decision="open")
    assert len(review.listed) == 2
    filter_findings(workspace, subject="S11")
    with pytest.raises(SettingsError, match="no finding passes the filter"):
        go_to_next_finding(workspace)


def test_a_note_keeps_the_decision(workspace: Workspace) -> None:
    review = workspace.session.review
    first = review.findings[0].id
    go_to_finding(workspace, id_=first)
    accept_finding(workspace)
    go_to_finding(workspace, id_=first)
    note_finding(workspace, note="hidden behind the chair")
    own = review.own_review(first)
    assert own is not None
    assert (own.decision, own.note) == ("accepted", "hidden behind the chair")


def test_a_blind_review_hides_what_others_decided_and_their_flags(workspace: Workspace) -> None:
    session = workspace.session
    review, first = session.review, session.review.findings[0].id
    sign_reviews(workspace, name="Ann")
    go_to_finding(workspace, id_=first)
    accept_finding(workspace)
    sign_reviews(workspace, name="Bob")
    review_blindly(workspace, blind=True)
    assert review.other_reviews(first) == ()
    assert review.decided == 0
    assert session.visible_flags == ()
    go_to_finding(workspace, id_=first)
    reject_finding(workspace)
    assert session.visible_flags == ()
    review_blindly(workspace, blind=False)
    assert review.measure_agreement() == (0, 1)
    assert "0 of 1" in session.status
    assert len(session.visible_flags) == 1, "Ann still accepts it"


def test_findings_about_a_joint_of_a_frame_are_found(workspace: Workspace, project: Project) -> None:
    review, joint = workspace.session.review, project.joint_set.index("RAnkle")
    row = int(project.rows_of("S5")[0])
    assert [finding.kind for finding in review.find_for("S5", joint, row)] == ["subject-offset"]
    assert review.find_for("S5", project.joint_set.index("LAnkle"), row) == ()


def test_deciding_tells_of_flags_and_findings_once(workspace: Workspace) -> None:
    go_to_next_finding(workspace)
    told: list[Change] = []
    workspace.session.changed.connect(told.append)
    accept_finding(workspace)
    assert sum(bool(change & Change.FLAGS) for change in told) == 1


def test_a_sample_is_gone_through_and_tells_what_the_audit_misses(workspace: Workspace) -> None:
    session = workspace.session
    with pytest.raises(SettingsError, match="draw one first"):
        go_to_next_sampled(workspace)
    draw_frames(workspace, count=3)
    keys = session.review.sample.keys
    assert str(session.key) == keys[0]
    assert "not known what the audit misses" in session.review.sample.missed.describe()
    call_frame_good(workspace)
    assert str(session.key) == keys[1]
    call_frame_bad(workspace)
    call_frame_good(workspace)
    assert session.review.sample.count_judged(session.review.reviewer) == 3
    assert (
        "1 of 3 sampled frames without findings have a bad label" in session.review.sample.missed.describe()
    )
    with pytest.raises(SettingsError, match="every sampled frame"):
        go_to_next_sampled(workspace)
    undo_edit(workspace)
    undo_edit(workspace)
    assert session.review.sample.missed.bad == 0
    sign_reviews(workspace, name="somebody else")
    go_to_next_sampled(workspace)


def test_a_suspected_subject_is_compared_with_one_that_is_not(workspace: Workspace) -> None:
    session = workspace.session
    for joint, name in enumerate(session.project.joint_set.names):
        suspected = {
            each.subject for each in session.review.findings if name in session.review.joints_of(each)
        }
        for subject in suspected:
            assert find_best_subject(workspace, joint, subject) not in suspected
