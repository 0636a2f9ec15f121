"""Flags as a CSV table or a JSON document, both ways."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import ProjectError
from core.project.flags import Flag, add_flag, find_rows
from core.whole_file import open_whole

if TYPE_CHECKING:
    from core.project.project import Project

_COLUMNS = (
    *("id", "subject", "joint", "action", "first_frame", "last_frame", "reason", "reviewer", "created"),
    "finding",
)


def export_flags(project: Project, path: Path | str) -> int:
    """Write the flags that stand; the suffix, ``.csv`` or ``.json``, names the format.

    A table has no room for what it comes from: that goes to ``PATH.json`` beside it.

    Returns:
        How many flags were written.

    Raises:
        ProjectError: the suffix is unknown, or the file cannot be written.
    """
    path, flags = Path(path), project.flags()
    provenance = {"provenance": project.provenance()}
    if path.suffix == ".csv":
        texts = {
            path: _format_csv(flags),
            path.with_name(f"{path.name}.json"): json.dumps({"count": len(flags), **provenance}, indent=1),
        }
    elif path.suffix == ".json":
        document = {"flags": [flag.to_dict() for flag in flags], **provenance}
        texts = {path: json.dumps(document, indent=1)}
    else:
        raise ProjectError(f"{path}: unknown suffix; flags are written as .csv or .json")
    try:
        for name, text in texts.items():
            with open_whole(name) as stream:
                stream.write(text.encode())
    except OSError as error:
        raise ProjectError(f"{path}: cannot be written ({error.strerror or error})") from error
    return len(flags)


def import_flags(project: Project, path: Path | str) -> tuple[list[Flag], int]:
    """Add the flags of a file that :func:`export_flags` wrote, here or elsewhere.

    Flags get ids of their own; their reasons, reviewers and findings are kept. Each is an edit of its own.

    Args:
        project: open for writing.
        path: ``.csv`` or ``.json``.

    Returns:
        The flags added, and how many of the file were there already.

    Raises:
        ProjectError: the file cannot be read, or flags labels that the project does not have.
        DatasetError: it names a joint that the project's joint set lacks.
    """
    path = Path(path)
    wanted = _read(path)
    standing = {_tell_apart(flag) for flag in project.flags()}
    new = [flag for flag in wanted if _tell_apart(flag) not in standing]
    for flag in new:  # all or nothing
        project.joint_set.index(flag.joint)
        if not len(find_rows(flag, project.keys)):
            raise ProjectError(f"{path}: flags {flag.subject}/{flag.action or '*'}, which the project lacks")
    return [add_flag(project, flag) for flag in new], len(wanted) - len(new)


def _tell_apart(flag: Flag) -> tuple[object, ...]:
    return flag.subject, flag.joint.lower(), flag.action, flag.frames


def _read(path: Path) -> list[Flag]:
    try:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".csv":
            return [_parse_row(row) for row in csv.DictReader(io.StringIO(text))]
        if path.suffix == ".json":
            return [Flag.from_dict(values) for values in json.loads(text)["flags"]]
    except OSError as error:
        raise ProjectError(f"{path}: cannot be read ({error.strerror or error})") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ProjectError(f"{path}: is no list of flags as export writes it ({error})") from error
    raise ProjectError(f"{path}: unknown suffix; flags are read from .csv or .json")


def _parse_row(row: dict[str, str]) -> Flag:
    first, last = row["first_frame"], row["last_frame"]
    return Flag(
        subject=row["subject"],
        joint=row["joint"],
        action=row["action"] or None,
        frames=(int(first), int(last)) if first else None,
        reason=row["reason"],
        reviewer=row["reviewer"],
        finding=row.get("finding") or None,
    )


def _format_csv(flags: list[Flag]) -> str:
    """One row a flag; an empty action or frame means all of them."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for flag in flags:
        first, last = flag.frames or ("", "")
        writer.writerow(
            [
                flag.id,
                flag.subject,
                flag.joint,
                flag.action or "",
                first,
                last,
                flag.reason,
                flag.reviewer,
                flag.created,
                flag.finding or "",
            ]
        )
    return stream.getvalue()
