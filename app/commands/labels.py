"""Commands that flag labels, take flags back, and point at joints."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

from app.commands.command import Command, Entry, Workspace
from core.errors import SettingsError
from core.project.flags import Flag, add_flag, find_rows, remove_flag
from core.words import name_frames

#: Rows of a flag that are looked through for one of the shown camera.
NEAR = 2000

Frames = tuple[Annotated[int, Meta(ge=1)], Annotated[int, Meta(ge=1)]]


def flag_label(
    workspace: Workspace,
    *,
    subject: str,
    joint: str,
    action: str | None = None,
    frames: Frames | None = None,
    reason: str,
) -> None:
    """Flag the labels of one joint as bad: a subject's, or some actions' or frames' of it."""
    session = workspace.session
    flag = Flag(subject, joint, action, frames, reason, reviewer=session.review.reviewer)
    flag = add_flag(session.project, flag)
    session.refresh_flags()
    session.set_status(f"Flagged {describe_flag(flag)}")


def unflag_label(
    workspace: Workspace,
    *,
    id_: str | None = None,
    subject: str | None = None,
    joint: str | None = None,
) -> None:
    """Take a flag away: by its id, or the last one on a subject's joint."""
    session = workspace.session
    flag = remove_flag(session.project, id_ or find_flag(session.flags, subject, joint))
    session.refresh_flags()
    session.set_status(f"Took away the flag on {describe_flag(flag)}")


def go_to_flag(workspace: Workspace, *, id_: str) -> None:
    """Go to a label that a flag covers, by the flag's id."""
    known = {flag.id: flag for flag in workspace.session.visible_flags}
    if id_ not in known:
        raise SettingsError(f"{id_!r} is no flag of the project; it has {', '.join(known) or 'none'}")
    show_flagged(workspace, known[id_])


def select_joint(workspace: Workspace, *, joint: int | str | None = None) -> None:
    """Point at a joint, by name or index; without one, at none."""
    joint_set = workspace.session.project.joint_set
    index = joint_set.index(joint) if isinstance(joint, str) else joint
    if index is not None and not 0 <= index < len(joint_set):
        raise SettingsError(f"joint {index} does not exist; expected 0 to {len(joint_set) - 1}")
    workspace.session.select_joint(index)


def find_flag(flags: tuple[Flag, ...], subject: str | None, joint: str | None) -> str:
    """Id of the last flag on a subject's joint; a part that is None matches any.

    Raises:
        SettingsError: there is none.
    """
    for flag in reversed(flags):
        if (subject is None or flag.subject == subject) and (
            joint is None or flag.joint.lower() == joint.lower()
        ):
            return flag.id
    wanted = " of ".join(part for part in (joint, subject) if part) or "any label"
    raise SettingsError(f"there is no flag on {wanted}")


def show_flagged(workspace: Workspace, flag: Flag) -> None:
    """Go to a label that a flag covers, unless one is shown already."""
    session = workspace.session
    keys = session.project.keys
    rows = find_rows(flag, keys)
    if not len(rows):
        return
    if session.row not in rows:
        same = [int(row) for row in rows[:NEAR] if keys[int(row)].camera == session.key.camera]
        session.set_playing(False)
        session.go_to(same[0] if same else int(rows[0]))
    session.select_joint(session.project.joint_set.index(flag.joint))


def count(number: int, noun: str) -> str:
    """``1 flag``, ``3 flags``."""
    return f"{number} {noun}{'s' * (number != 1)}"


def describe_flag(flag: Flag) -> str:
    """A flag in words, such as ``RAnkle of S5/Walking-1, frames 1 to 120``."""
    place = "/".join(part for part in (flag.subject, flag.action) if part)
    frames = f", {name_frames(flag.frames)}" if flag.frames else ""
    return f"{flag.joint} of {place}{frames}"


def _ask_flag(workspace: Workspace, given: dict[str, Any]) -> dict[str, Any] | None:
    """The selected joint's labels of the shown subject, unless told; and why they are bad."""
    session = workspace.session
    if "joint" not in given and session.selection is None:
        raise SettingsError("select a joint first: click it in the picture")
    names = session.project.joint_set.names
    told = {"subject": session.key.subject, "joint": names[session.selection or 0], **given}
    whose = " ".join(part for part in (told["subject"], told.get("action")) if part)
    prompt = f"What is wrong with the labels of {told['joint']} of {whose}?"
    reason = workspace.require_desk().ask_text("Flag labels", prompt, "")
    return None if not reason else {**told, "reason": reason}


COMMANDS = (
    Command(
        "label.flag",
        flag_label,
        (Entry("Flag the selected joint…", key="F", icon="flagged", menu="Edit"),),
        ask=_ask_flag,
    ),
    Command("label.unflag", unflag_label, (Entry("Take the last flag away", key="Shift+F", menu="Edit"),)),
    Command("flag.go", go_to_flag),
    Command("joint.select", select_joint),
)
