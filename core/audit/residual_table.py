"""The residual of every label as a table, each with its own uncertainty, for other programs to look at."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.audit.alignment import share_scales
from core.audit.file_array import list_blocks
from core.audit.observations import Observations, read_observations
from core.audit.residual_uncertainty import measure_uncertainty
from core.audit.source_views import open_source
from core.audit.sources import choose_sources
from core.errors import ProjectError
from core.joints import JointSet
from core.progress import ProgressCallback
from core.types import FloatArray
from core.units import MILLIMETRES
from core.whole_file import open_whole

if TYPE_CHECKING:
    from core.project.project import Project

COLUMNS = (
    *("subject", "action", "frame", "joint", "left_mm", "up_mm", "forward_mm"),
    *("uncertainty_mm", "flagged"),
)


def export_residuals(
    project: Project,
    path: Path | str,
    *,
    source: str,
    progress: ProgressCallback | None = None,
) -> int:
    """Write where each label of each instant lies from the regressed joint, as a CSV table.

    ``left``, ``up`` and ``forward`` are the directions of the body at rest, carried along by the bone;
    ``uncertainty_mm`` is of :mod:`core.audit.residual_uncertainty`. A first line, marked ``#``, tells what
    the table is made from.

    Args:
        project: with labels and bodies.
        path: ends in ``.csv``.
        source: run or estimator whose bodies are compared.
        progress: told of views done.

    Returns:
        How many labels.

    Raises:
        ProjectError: there are no bodies or no such source, or the file cannot be written.
    """
    path = Path(path)
    if path.suffix.lower() != ".csv":
        raise ProjectError(f"{path}: unknown suffix; residuals are written as .csv")
    estimator, run = choose_sources(project, source)
    name = estimator if run is None else run.name
    observations = read_observations(project, np.flatnonzero(project.bodies_present(name)))
    bodies = open_source(project, name, observations, progress=progress)
    _, scales = bodies.pose(observations)
    views = bodies.lay(observations, share_scales(scales, observations.subjects)).local
    local = observations.merge_views(views)
    uncertainty = measure_uncertainty(local, views, observations, joint_set=project.joint_set)
    provenance = {**project.provenance(), "source": name}
    count = 0
    try:
        with open_whole(path) as stream:
            text = io.TextIOWrapper(stream, "utf-8", newline="")
            text.write("# " + ", ".join(f"{key} {value}" for key, value in provenance.items()) + "\n")
            table = csv.writer(text, lineterminator="\n")
            table.writerow(COLUMNS)
            for row in _list_rows(local, uncertainty, observations, project.joint_set):
                table.writerow(row)
                count += 1
            text.detach()
    except OSError as error:
        raise ProjectError(f"{path}: cannot be written ({error.strerror or error})") from error
    return count


def _list_rows(
    local: FloatArray, uncertainty: FloatArray, observations: Observations, joint_set: JointSet
) -> Iterator[tuple[object, ...]]:
    instants, usable = observations.instants, observations.usable_of_instants
    known = ((block.start, np.isfinite(local[block]).all(axis=-1)) for block in list_blocks(len(local)))
    told = ((start + instant, joint) for start, some in known for instant, joint in np.argwhere(some))
    for instant, joint in told:
        subject, action = instants.sequence_names[instants.sequences[instant]]
        offset = MILLIMETRES * local[instant, joint]
        yield (
            *(subject, action, int(instants.frames[instant]), joint_set.names[joint]),
            *(f"{value:.1f}" for value in offset),
            f"{MILLIMETRES * uncertainty[instant, joint]:.1f}",
            int(not usable[instant, joint]),
        )
