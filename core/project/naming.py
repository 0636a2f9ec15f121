"""What estimators, runs, regressors and places may be called: the name is also a file's or an array's."""

from __future__ import annotations

import re

from core.errors import DatasetError, ProjectError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+-]{0,79}")


def check_name(name: str, what: str) -> None:
    """Raise ProjectError unless ``name`` can be a file's name everywhere."""
    article = "an" if what[0] in "aeiou" else "a"
    if not _NAME.fullmatch(name):
        raise ProjectError(
            f"{name!r} cannot name {article} {what}; use letters, digits and . _ + -, at most 80, "
            "with a letter or digit first"
        )


def check_place(name: str, what: str) -> None:
    """Raise DatasetError where a subject's, action's or camera's name could lead out of a folder."""
    if not name.isprintable() or name.strip(". ") == "" or len(name) > 120 or set(name) & set("/\\:"):
        raise DatasetError(
            f"{name[:80]!r} cannot name {what}; expected at most 120 printable characters "
            "without / \\ and :, not all of them dots"
        )
