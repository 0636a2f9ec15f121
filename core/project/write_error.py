"""What is said where the project cannot be written, above all where the disk is full."""

from __future__ import annotations

import errno
import shutil
import sqlite3
from pathlib import Path

from core.errors import ProjectError

_FULL = (errno.ENOSPC, errno.EDQUOT)
#: SQLite tells a full disk also by failing at its shared-memory file, without saying of what.
_LEAST_FREE = 64 << 10


def make_write_error(path: Path, error: OSError | sqlite3.Error, *, verb: str = "written") -> ProjectError:
    """The one line for an error of the system, with the remedy where the disk is full.

    Args:
        path: what could not be written, unless the error tells.
        error: as it was raised.
        verb: what could not be done.
    """
    if isinstance(error, OSError):
        path, reason = Path(error.filename or path), error.strerror or str(error)
        full = error.errno in _FULL
    else:
        reason = str(error)
        full = error.sqlite_errorcode == sqlite3.SQLITE_FULL or (
            isinstance(error, sqlite3.OperationalError) and _is_full(path.parent)
        )
    remedy = "; free space on that disk and do it again (a run with --resume); nothing confirmed is lost"
    return ProjectError(f"{path}: cannot be {verb} ({reason}){remedy if full else ''}")


def _is_full(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free < _LEAST_FREE
    except OSError:
        return False
