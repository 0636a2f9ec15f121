"""Flags as a CSV table or a JSON document."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

from core.data.whole_file import open_whole
from core.errors import ProjectError

if TYPE_CHECKING:
    from core.project.flags import Flag
    from core.project.project import Project

_COLUMNS = ("id", "subject", "joint", "action", "first_frame", "last_frame", "reason", "reviewer", "created")


def export_flags(project: Project, path: Path | str) -> int:
    """Write the flags that stand; the suffix, ``.csv`` or ``.json``, names the format.

    Returns:
        How many flags were written.

    Raises:
        ProjectError: the suffix is unknown, or the file cannot be written.
    """
    path, flags = Path(path), project.flags()
    if path.suffix == ".csv":
        text = _format_csv(flags)
    elif path.suffix == ".json":
        document = {"flags": [flag.to_dict() for flag in flags], "provenance": project.provenance()}
        text = json.dumps(document, indent=1)
    else:
        raise ProjectError(f"{path}: unknown suffix; flags are written as .csv or .json")
    try:
        with open_whole(path) as stream:
            stream.write(text.encode())
    except OSError as error:
        raise ProjectError(f"{path}: cannot be written ({error.strerror or error})") from error
    return len(flags)


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
            ]
        )
    return stream.getvalue()
