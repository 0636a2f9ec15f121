"""Commands of the review: go through the findings, decide about them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
from msgspec import Meta

from app.commands.command import Command, Entry, Workspace
from app.session.review_queue import DecisionFilter
from core.errors import SettingsError
from core.project.finding import Finding, Kind, Verdict
from core.project.reviews import Decision, review_finding

Part = Literal["kind", "subject", "joint"]

WORDS: dict[Decision, str] = {"accepted": "Accepted", "rejected": "Rejected", "undecided": "Left open"}


def go_to_next_finding(workspace: Workspace, *, unreviewed: bool = False) -> None:
    """Go to the next finding, or to the next one that is not reviewed yet."""
    show_finding(workspace, workspace.session.review.step(1, unreviewed=unreviewed))


def go_to_previous_finding(workspace: Workspace) -> None:
    """Go to the finding before."""
    show_finding(workspace, workspace.session.review.step(-1))


def go_to_finding(workspace: Workspace, *, id_: str) -> None:
    """Go to a finding by its id."""
    finding = workspace.session.review.look_at(id_)
    if finding is not None:
        show_finding(workspace, finding)


def go_to_evidence(workspace: Workspace, *, n: Annotated[int, Meta(ge=1)] = 1) -> None:
    """Go to one of the frames that show the finding best, the best one being the first."""
    session = workspace.session
    frames = session.review.frames_of(_current(workspace))
    session.set_playing(False)
    session.go_to(frames[min(n, len(frames)) - 1])


def accept_finding(workspace: Workspace, *, id_: str | None = None, note: str | None = None) -> None:
    """Accept the finding: its labels are bad, all of them are flagged; one edit. Shows the next open one."""
    _decide(workspace, "accepted", id_, note)


def reject_finding(workspace: Workspace, *, id_: str | None = None, note: str | None = None) -> None:
    """Reject the finding: its labels are good. Shows the next open one."""
    _decide(workspace, "rejected", id_, note)


def leave_finding(workspace: Workspace, *, id_: str | None = None, note: str | None = None) -> None:
    """Leave the finding undecided: it was looked at. Shows the next open one."""
    _decide(workspace, "undecided", id_, note)


def note_finding(workspace: Workspace, *, id_: str | None = None, note: str) -> None:
    """Write a note on the finding; what was decided about it stays."""
    finding = _look_at(workspace, id_)
    own = workspace.session.review.own_review(finding.id)
    _review(workspace, finding, own.decision if own else "undecided", note)
    workspace.session.set_status(f"Noted: {note}")


def filter_findings(
    workspace: Workspace,
    *,
    kind: Kind | None = None,
    subject: str | None = None,
    joint: str | None = None,
    verdict: Verdict | None = None,
    decision: DecisionFilter | None = None,
) -> None:
    """List only some findings; what is not told lets all through."""
    workspace.session.review.narrow(
        kind=kind, subject=subject, joint=joint, verdict=verdict, decision=decision
    )


def list_alike(workspace: Workspace, *, part: Part) -> None:
    """List only findings of the kind, subject or joint of the one looked at; once more lifts that again."""
    session = workspace.session
    review = session.review
    wanted: str | None = None
    if getattr(review.filter, part) is None:
        finding = _current(workspace)
        joints = review.joints_of(finding)
        if part == "joint" and len(joints) > 1:
            raise SettingsError(
                f"this finding is about {len(joints)} joints; choose one in the list of joints"
            )
        wanted = joints[0] if part == "joint" else getattr(finding, part)
    review.narrow(**{part: wanted})
    session.set_status(f"{len(review.listed)} of {len(review.findings)} findings listed")


def review_blindly(workspace: Workspace, *, blind: bool | None = None) -> None:
    """Hide what others decided, for a second and independent review, or show it again."""
    session = workspace.session
    session.review_blindly(not session.review.blind if blind is None else blind)
    agreed, both = session.review.measure_agreement()
    if both:
        session.set_status(f"{agreed} of {both} findings that others reviewed too were decided alike")


def sign_reviews(workspace: Workspace, *, name: str) -> None:
    """Say who reviews in this window."""
    workspace.session.review.sign(name)


def show_finding(workspace: Workspace, finding: Finding) -> None:
    """Go to the frame that shows a finding best, and select its joint."""
    session = workspace.session
    frames = session.review.frames_of(finding)
    session.set_playing(False)
    if frames:
        session.go_to(frames[0])
        _show_compared_bodies(workspace)
    joints = session.review.joints_of(finding)
    whole = len(joints) == len(session.project.joint_set)
    session.select_joint(None if whole else session.project.joint_set.index(joints[0]))
    session.set_status(finding.sentence)


def _show_compared_bodies(workspace: Workspace) -> None:
    """Show the bodies that the finding is about, those that the labels were compared with, where they are."""
    session, bodies = workspace.session, workspace.session.review.bodies
    project = session.project
    known = bodies in (*project.estimators(), *session.runs)
    if not known or bodies == project.find_source(session.body_source):
        return
    if project.bodies_present(bodies, np.array([session.row]))[0]:
        session.show_bodies(bodies)
        workspace.jobs.live.drop()


def _look_at(workspace: Workspace, id_: str | None) -> Finding:
    """The finding of an id, or the one that is looked at."""
    if id_ is not None:
        workspace.session.review.look_at(id_)
    return _current(workspace)


def name_current(workspace: Workspace, given: dict[str, Any]) -> dict[str, Any]:
    """The arguments with the id of the finding that is looked at, unless they name one."""
    finding = workspace.session.review.finding
    return given if finding is None or given.get("id") else {"id": finding.id, **given}


def _current(workspace: Workspace) -> Finding:
    finding = workspace.session.review.finding
    if finding is None:
        raise SettingsError("no finding is looked at; go to the next one first")
    return finding


def _decide(workspace: Workspace, decision: Decision, id_: str | None, note: str | None) -> None:
    """Decide about the finding, then look at the next one that is still open."""
    session = workspace.session
    finding = _look_at(workspace, id_)
    own = session.review.own_review(finding.id)
    _review(workspace, finding, decision, own.note if note is None and own else note or "")
    try:
        show_finding(workspace, session.review.step(1, unreviewed=True))
    except SettingsError:
        session.review.look_at(finding.id)  # nothing is left: stay
    session.set_status(f"{WORDS[decision]}: {finding.sentence}")


def _review(workspace: Workspace, finding: Finding, decision: Decision, note: str) -> None:
    session = workspace.session
    review_finding(session.project, finding.id, decision, reviewer=session.review.reviewer, note=note)
    session.refresh_flags()


def _ask_note(workspace: Workspace, given: dict[str, Any]) -> dict[str, Any] | None:
    own = workspace.session.review.own_review(_current(workspace).id)
    note = workspace.require_desk().ask_text("Note on the finding", "Note", own.note if own else "")
    return None if note is None else {**given, "note": note}


def _ask_name(workspace: Workspace, given: dict[str, Any]) -> dict[str, Any] | None:
    name = workspace.require_desk().ask_text("Reviewer", "Name", workspace.session.review.reviewer)
    return None if name is None else {**given, "name": name}


COMMANDS = (
    Command(
        "finding.next",
        go_to_next_finding,
        (
            Entry("Next finding", key="J", icon="finding", menu="Review"),
            Entry("Next unreviewed finding", {"unreviewed": True}, "Shift+N", menu="Review"),
        ),
    ),
    Command("finding.previous", go_to_previous_finding, (Entry("Previous finding", key="K", menu="Review"),)),
    Command("finding.go", go_to_finding),
    Command(
        "finding.frame",
        go_to_evidence,
        tuple(Entry(f"Evidence frame {n}", {"n": n}, f"Alt+{n}", menu="Review") for n in (1, 2, 3, 4)),
    ),
    Command(
        "finding.accept",
        accept_finding,
        (Entry("Accept the finding", key="A", icon="done", menu="Review"),),
        resolve=name_current,
    ),
    Command(
        "finding.reject",
        reject_finding,
        (Entry("Reject the finding", key="X", icon="cancel", menu="Review"),),
        resolve=name_current,
    ),
    Command(
        "finding.undecided",
        leave_finding,
        (Entry("Leave it undecided", key="U", menu="Review"),),
        resolve=name_current,
    ),
    Command(
        "finding.note",
        note_finding,
        (Entry("Write a note…", key="T", menu="Review"),),
        ask=_ask_note,
        resolve=name_current,
    ),
    Command(
        "finding.filter",
        filter_findings,
        (
            Entry("List all findings", key="Shift+L", menu="Review"),
            Entry("List open findings", {"decision": "open"}, "Shift+U", menu="Review"),
            Entry("List accepted findings", {"decision": "accepted"}, menu="Review"),
        ),
    ),
    Command(
        "finding.alike",
        list_alike,
        (
            Entry("List findings of this kind", {"part": "kind"}, "Shift+K", menu="Review"),
            Entry("List findings of this subject", {"part": "subject"}, "Shift+P", menu="Review"),
            Entry("List findings of this joint", {"part": "joint"}, "Shift+O", menu="Review"),
        ),
    ),
    Command(
        "review.blind",
        review_blindly,
        (Entry("Blind review", key="Shift+B", menu="Review", checked=lambda session: session.review.blind),),
    ),
    Command("review.reviewer", sign_reviews, (Entry("Reviewer's name…", menu="Review"),), ask=_ask_name),
)
