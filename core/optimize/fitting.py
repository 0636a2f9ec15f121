"""Fit a joint regressor to some rows of a project: bodies of a source against their labels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.body.skinning import pose_vertices
from core.optimize.evidence import read_labels
from core.progress import ProgressCallback
from core.regressor.fit import Alignment, FitBlock, RegressorFit

if TYPE_CHECKING:
    from core.project.project import Project
    from core.project.runs import RunRecord

#: The regressor whose joints centre the candidates, and which aligns the first round.
START = "J_std"
_BLOCK = 256
#: Bodies that candidates are narrowed on, and how many there must be for it to be worth while.
SAMPLE = 2048
MANY = 8 * SAMPLE


def split_by_subject(project: Project, rows: NDArray[np.intp]) -> dict[str, NDArray[np.intp]]:
    """Subject -> its rows among some; subjects without any are left out."""
    parts = {name: np.intersect1d(rows, project.rows_of(name)) for name in project.keys.subjects}
    return {name: part for name, part in parts.items() if len(part)}


def choose_alignment(project: Project, run: RunRecord | None) -> Alignment:
    """How bodies are moved onto their labels before a regressor is fitted to them.

    An estimator's bodies have no place of their own, so they are compared relative to the pelvis, as the
    paper does. A run's bodies stand where their silhouettes put them; those that were optimised towards
    absolute joints stay there, others keep a free translation, which costs little and forgives their depth.

    Args:
        project: whose labels may say where the person stands, or not.
        run: that made the bodies, or None for an estimator's.
    """
    if run is None:
        return "pelvis"
    absolute = project.has_absolute_labels and run.settings.get("joint_alignment") == "absolute"
    return "absolute" if absolute else "free"


def fit_rows(
    project: Project,
    rows: NDArray[np.intp],
    *,
    source: str,
    alignment: Alignment,
    solver: str = "nnls",
    include_flagged: bool = False,
    progress: ProgressCallback | None = None,
) -> RegressorFit:
    """Fit to some rows without storing anything; see :func:`core.optimize.refit.refit_regressor`."""
    fit = RegressorFit(alignment=alignment, solver=solver)
    total, done = len(rows) * fit.passes, 0

    def read() -> Iterator[FitBlock]:
        nonlocal done
        for block in read_blocks(
            project, rows, source=source, alignment=alignment, include_flagged=include_flagged
        ):
            yield block
            done += len(block.vertices)
            if progress:
                progress(done, total, "fitting the regressor to bodies")

    def read_sample() -> Iterator[FitBlock]:
        sample = rows[:: len(rows) // SAMPLE]
        return read_blocks(
            project, sample, source=source, alignment=alignment, include_flagged=include_flagged
        )

    return fit.fit(
        read,
        read_sample=read_sample if len(rows) > MANY else None,
        start=project.read_regressor(START).weights,
        rest_vertices=project.body().v_template.astype(np.float64),
        joint_set=project.joint_set,
    )


def read_blocks(
    project: Project,
    rows: NDArray[np.intp],
    *,
    source: str,
    alignment: Alignment,
    include_flagged: bool = False,
) -> Iterator[FitBlock]:
    """Posed bodies of a source with their labels, block by block.

    Args:
        project: with bodies and labels.
        rows: (N,) of the project.
        source: an estimator or a run.
        alignment: ``absolute`` leaves out bodies that have no place in the camera's frame.
        include_flagged: whether flagged labels count too.

    Yields:
        Vertices (n, V, 3) and labels (n, J, 3), metres, camera frame, with the validity of each label.

    Raises:
        ProjectError: there is no such source.
    """
    for start in range(0, len(rows), _BLOCK):
        block = rows[start : start + _BLOCK]
        labels, valid = read_labels(project, block, include_flagged=include_flagged)
        parameters = project.read_bodies(source, block)
        if alignment == "absolute":
            valid &= np.isfinite(parameters.transl).all(axis=1, keepdims=True)
        yield FitBlock(pose_vertices(project.body(), parameters), labels, valid)
