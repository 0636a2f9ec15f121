"""Commands that put two subjects' labels of one joint side by side."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.commands.command import Command, Entry, Workspace
from app.session.label_comparison import LabelComparison
from core.errors import SettingsError

#: Frames of each subject.
SHOWN = 4


def compare_subjects(
    workspace: Workspace, *, joint: str | None = None, subject: str | None = None, other: str | None = None
) -> None:
    """Show a joint's labels of two subjects side by side, in the poses most alike.

    Without arguments they are the finding's, or else the selected joint of the shown subject; the other
    subject is the one whose labels lie nearest to the bodies.
    """
    session = workspace.session
    told = resolve_comparison(workspace, {"joint": joint, "subject": subject, "other": other})
    whose, review = told["subject"], session.review
    finding = review.finding
    rows: list[int] = []
    if finding is not None and whose == finding.subject and told["joint"] in review.joints_of(finding):
        rows = review.frames_of(finding)
    if rows:  # the best one's instant, as all its cameras saw it
        seen = session.project.keys.rows_at(session.project.keys[rows[0]].instant)
        rows = [rows[0], *(int(row) for row in seen if row != rows[0])]
    else:
        candidates = session.project.rows_of(whose, camera=session.key.camera)
        if not len(candidates):
            candidates = session.project.rows_of(whose)
        rows = [int(row) for row in candidates[:: max(len(candidates) // SHOWN, 1)]]
    joint_index = session.project.joint_set.index(told["joint"])
    compared = LabelComparison(joint_index, (whose, told["other"]), tuple(rows[:SHOWN]))
    workspace.jobs.subjects.compare(compared)
    if workspace.desk is not None:
        workspace.desk.open_dialog("subjects")


def resolve_comparison(workspace: Workspace, given: dict[str, Any]) -> dict[str, Any]:
    """Joint and subjects, where they are left open those that are looked at.

    Raises:
        SettingsError: nothing is looked at, or there is no such subject.
    """
    session = workspace.session
    joint, subject, other = (given.get(name) for name in ("joint", "subject", "other"))
    finding = session.review.finding
    about = finding is not None and joint in (None, finding.joint) and subject in (None, finding.subject)
    names = session.project.joint_set.names
    if joint is not None:
        joint = names[session.project.joint_set.index(joint)]
    elif about and finding is not None:
        joint = session.review.joints_of(finding)[0]
    elif session.selection is not None:
        joint = names[session.selection]
    else:
        raise SettingsError("select a joint first: its labels are compared")
    subject = subject or (finding.subject if about and finding is not None else session.key.subject)
    known = session.project.keys.subjects
    for name in (subject, other):
        if name is not None and name not in known:
            raise SettingsError(f"{name!r} is no subject of the project; it has {', '.join(known)}")
    if other is None:
        other = find_best_subject(workspace, names.index(joint), subject)
    return {"joint": joint, "subject": subject, "other": other}


def find_best_subject(workspace: Workspace, joint: int, but: str) -> str:
    """The other subject with the smallest mean error on a joint; the first other one while none is known.

    One whose labels of the joint are suspected as well proves nothing: it is left out while there are others.

    Raises:
        SettingsError: there is no other subject.
    """
    session = workspace.session
    others = [name for name in session.project.keys.subjects if name != but]
    if not others:
        raise SettingsError(f"{but} is the project's only subject; there is none to compare with")
    suspected = {
        finding.subject
        for finding in session.review.findings
        if session.project.joint_set.names[joint] in session.review.joints_of(finding)
    }
    others = [name for name in others if name not in suspected] or others
    name = session.compared_regressor if session.regressors else ""
    if name not in session.errors.survey.errors:
        return others[0]
    heat = session.errors.survey.tabulate(session.project.keys, name, by="subject")
    errors = np.nan_to_num([heat.values[joint, heat.groups.index(other)] for other in others], nan=np.inf)
    return others[int(errors.argmin())]


COMMANDS = (
    Command(
        "subjects.compare",
        compare_subjects,
        (Entry("Compare the joint with another subject", key="O", icon="compare", menu="Review"),),
        resolve=resolve_comparison,
    ),
)
