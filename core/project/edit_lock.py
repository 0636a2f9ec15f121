"""Which window edits a project: the first to open it; the operating system frees the lock when it ends."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from core.project.write_error import make_write_error

FILE_NAME = "edit.lock"


class EditLock:
    """The right to edit a project in a window, for as long as this object is not released.

    Commands on the command line do not take it: each of their edits is one short transaction.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @classmethod
    def take(cls, folder: Path) -> EditLock | None:
        """Take the lock of a project folder; None where another window has it.

        Raises:
            ProjectError: its file cannot be made.
        """
        try:
            descriptor = os.open(folder / FILE_NAME, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise make_write_error(folder / FILE_NAME, error) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return cls(descriptor)

    def release(self) -> None:
        """Give the right back."""
        os.close(self._descriptor)
