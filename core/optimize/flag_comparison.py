"""A refit beside the same refit with the flagged labels left in: did leaving them out help?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.optimize.fitting import fit_rows, read_blocks, split_by_subject
from core.progress import ProgressCallback
from core.regressor.fit import Alignment, RegressorFit
from core.regressor.flag_effect import FlagEffect, SubjectBlocks, measure_flag_effect

if TYPE_CHECKING:
    from core.project.project import Project


def compare_with_flagged(
    project: Project,
    rows: NDArray[np.intp],
    without: RegressorFit,
    *,
    source: str,
    alignment: Alignment,
    solver: str = "nnls",
    progress: ProgressCallback | None = None,
) -> list[dict[str, Any]]:
    """What leaving the flagged labels out did to each joint concerned, most moved first.

    Args:
        project: with bodies, labels and flags.
        rows: (N,) that the fit was to.
        without: the fit to their unflagged labels.
        source: of the bodies.
        alignment: of the fit.
        solver: of the fit.
        progress: told of bodies done.

    Returns:
        As :class:`core.regressor.flag_effect.FlagEffect` tells it, in JSON values with the joint's name;
        empty where no label of the rows is flagged.
    """
    joints = np.flatnonzero(project.flag_mask(rows).any(axis=0)).tolist()
    if not joints:
        return []

    def fit() -> RegressorFit:
        return fit_rows(
            project,
            rows,
            source=source,
            alignment=alignment,
            solver=solver,
            include_flagged=True,
            progress=progress,
        )

    def read(part: NDArray[np.intp]) -> SubjectBlocks:
        def blocks(*, include_flagged: bool) -> Any:
            return lambda: read_blocks(
                project, part, source=source, alignment=alignment, include_flagged=include_flagged
            )

        return SubjectBlocks(blocks(include_flagged=False), blocks(include_flagged=True))

    parts = {name: read(part) for name, part in split_by_subject(project, rows).items()}
    effects = measure_flag_effect(without, fit(), parts, joints) if len(parts) > 1 else []
    return [_to_json(effect, project.joint_set.names) for effect in sorted(effects, key=_moved, reverse=True)]


def _moved(effect: FlagEffect) -> float:
    return effect.moved_mm


def _to_json(effect: FlagEffect, names: tuple[str, ...]) -> dict[str, Any]:
    interval = effect.interval_mm
    return {
        "joint": names[effect.joint],
        **{
            name: round(getattr(effect, name), 3)
            for name in ("moved_mm", "with_mm", "without_mm", "nearer_mm")
        },
        "interval_mm": None if interval is None else [round(end, 3) for end in interval],
        "subjects": list(effect.subjects),
    }
