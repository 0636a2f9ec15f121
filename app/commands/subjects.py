"""Commands that put two subjects' labels of one joint side by side."""

from __future__ import annotations

import numpy as np

from app.commands.command import Command, Entry, Workspace
from app.session.label_comparison import LabelComparison
from core.errors import SettingsError

#: Frames of each subject.
SHOWN = 3


def compare_subjects(
    workspace: Workspace, *, joint: str | None = None, subject: str | None = None, other: str | None = None
) -> None:
    """Show a joint's labels of two subjects side by side, in the poses most alike.

    Without arguments they are the finding's, or else the selected joint of the shown subject; the other
    subject is the one whose labels lie nearest to the bodies.
    """
    session = workspace.session
    joint_set = session.project.joint_set
    finding = session.review.finding
    about = finding is not None and joint in (None, finding.joint) and subject in (None, finding.subject)
    if joint is not None:
        index = joint_set.index(joint)
    elif about and finding is not None:
        index = joint_set.index(session.review.joints_of(finding)[0])
    elif session.selection is not None:
        index = session.selection
    else:
        raise SettingsError("select a joint first: its labels are compared")
    whose = subject or (finding.subject if about and finding is not None else session.key.subject)
    subjects = session.project.keys.subjects
    for name in (whose, other):
        if name is not None and name not in subjects:
            raise SettingsError(f"{name!r} is no subject of the project; it has {', '.join(subjects)}")
    if other is None:
        other = find_best_subject(workspace, index, whose)
    rows = session.review.frames_of(finding) if about and finding is not None else []
    if not rows:
        candidates = session.project.rows_of(whose, camera=session.key.camera)
        if not len(candidates):
            candidates = session.project.rows_of(whose)
        rows = [int(row) for row in candidates[:: max(len(candidates) // SHOWN, 1)]]
    workspace.jobs.subjects.compare(LabelComparison(index, (whose, other), tuple(rows[:SHOWN])))
    if workspace.desk is not None:
        workspace.desk.open_dialog("subjects")


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
    ),
)
