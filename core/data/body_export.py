"""What every export of bodies begins and ends with: what there is to write, and a file that is whole.

An exporter is called with an open project, a source (``initial``, an estimator or a run) and the path to
write; it returns how many bodies were written, and raises ProjectError where there is no such source, nothing
to write, or the format has no place for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

import numpy as np
from numpy.typing import NDArray

from core.errors import ProjectError
from core.joints import H36M_17, JointSet
from core.progress import ProgressCallback
from core.whole_file import open_whole

if TYPE_CHECKING:
    from core.project.project import Project


class Exporter(Protocol):
    """Writes bodies; see above."""

    def __call__(
        self, project: Project, source: str, path: Path, /, *, progress: ProgressCallback | None = None
    ) -> int:
        """Write them; ``progress`` is told of bodies done."""
        ...


def find_exported(project: Project, source: str) -> NDArray[np.intp]:
    """(n,) rows that have a body of a source, ascending.

    Raises:
        ProjectError: there is no such source, or it has no body.
    """
    rows = np.flatnonzero(project.bodies_present(source))
    if not len(rows):
        raise ProjectError(f"{project.path}: {source} has no body to export yet")
    return rows


def match_human36m(joint_set: JointSet) -> tuple[list[int], list[int]]:
    """Joints that Human3.6M names as well: their indices in the set, and among Human3.6M's 17."""
    theirs = {name.lower(): number for number, name in enumerate(H36M_17.names)}
    pairs = [
        (joint, theirs[name.lower()]) for joint, name in enumerate(joint_set.names) if name.lower() in theirs
    ]
    return [joint for joint, _ in pairs], [number for _, number in pairs]


@contextmanager
def open_export(path: Path | str) -> Iterator[BinaryIO]:
    """A file to write, whole or not there.

    Raises:
        ProjectError: it cannot be written.
    """
    try:
        with open_whole(path) as stream:
            yield stream
    except OSError as error:
        raise ProjectError(f"{path}: cannot be written ({error.strerror or error})") from error
