"""Where the other subjects' labels put a joint of one subject: what its label is held against in a frame."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.audit.posing import turn_bones
from core.types import FloatArray
from core.units import MILLIMETRES

if TYPE_CHECKING:
    from core.project.project import Project


def find_expected_places(
    project: Project, source: str, rows: NDArray[np.intp], cell: Mapping[str, Any]
) -> FloatArray:
    """The label's place less what an audit found it to be off, turned with the bone that carries the joint.

    Args:
        project: that was audited.
        source: the bodies that the audit went by.
        rows: (n,) of the cell's subject.
        cell: of the audit's details, with ``joint``, ``bone`` and ``offset_mm``.

    Returns:
        (n, 3) metres, camera frame; NaN without a label or a body.
    """
    joint = project.joint_set.index(cell["joint"])
    turns = turn_bones(project.body(), project.read_bodies(source, rows))[:, cell["bone"]]  # rest to camera
    offset = np.array(cell["offset_mm"]) / MILLIMETRES
    return np.asarray(project.labels(rows)[:, joint] - turns @ offset, dtype=np.float64)
