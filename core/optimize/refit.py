"""Fit a joint regressor to a project's bodies and labels, and keep it with where it came from."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np

from core.errors import ProjectError
from core.optimize.evidence import describe_flags
from core.optimize.fitting import choose_alignment, fit_rows, read_blocks, split_by_subject
from core.optimize.flag_comparison import compare_with_flagged
from core.optimize.selection import select_training_rows
from core.optimize.stability import measure_stability
from core.progress import ProgressCallback
from core.project.naming import check_name
from core.regressor.record import Regressor

if TYPE_CHECKING:
    from core.project.project import Project


def refit_regressor(
    project: Project,
    *,
    source: str,
    name: str,
    solver: str = "nnls",
    include_flagged: bool = False,
    leave_one_out: bool = False,
    compare: bool = False,
    progress: ProgressCallback | None = None,
) -> Regressor:
    """Fit to the training subjects' bodies, without the flagged labels, and add the result to the project.

    Args:
        project: open for writing.
        source: an estimator or a run; those of its bodies take part that are there.
        name: of the regressor; one of that name keeps its history.
        solver: one of :data:`core.regressor.solvers.SOLVERS`.
        include_flagged: take part flagged labels too, to compare.
        leave_one_out: find out as well what each subject means for the result, which takes one more pass.
        compare: find out as well what leaving the flagged labels out did, by a second fit that has them; see
            :func:`core.optimize.flag_comparison.compare_with_flagged`. Nothing where they take part.
        progress: told of bodies done.

    Returns:
        The regressor as stored.

    Raises:
        ProjectError: the source has no body of a training subject, the name is impossible, or the project
            is read-only.
        RegressorError: a joint has no label left, or no candidate vertex.
    """
    check_name(name, "regressor")  # before the work rather than after it
    project.database.check_writable()
    rows = select_training_rows(project)
    rows = rows[project.bodies_present(source)[rows]]
    if not len(rows):
        raise ProjectError(f"{project.path}: {source} has no body of a training subject to fit {name} to")
    run = next((run for run in project.runs() if run.name == source), None)
    alignment = choose_alignment(project, run)
    fit = fit_rows(
        project,
        rows,
        source=source,
        alignment=alignment,
        solver=solver,
        include_flagged=include_flagged,
        progress=progress,
    )
    stability = None
    if leave_one_out and len(subjects := split_by_subject(project, rows)) > 1:
        without = {
            subject: fit.fit_without(
                lambda part=part: read_blocks(  # type: ignore[misc]
                    project, part, source=source, alignment=alignment, include_flagged=include_flagged
                )
            )
            for subject, part in subjects.items()
        }
        stability = asdict(
            measure_stability(fit.weights_, without, project.body().v_template.astype(np.float64))
        )
    comparison = None
    if compare and not include_flagged:
        comparison = compare_with_flagged(
            project, rows, fit, source=source, alignment=alignment, solver=solver, progress=progress
        )
    left_out = 0 if include_flagged else int(project.flag_mask(rows).sum())
    regressor = Regressor(
        name=name,
        weights=fit.weights_,
        topology=project.body().topology,
        joint_set=project.joint_set.name,
        provenance={
            **project.provenance(),
            "source": source,
            "run_settings": run.settings if run is not None else None,
            "solver": solver,
            "alignment": alignment,
            "bodies": fit.bodies_,
            "fitted_to": list(split_by_subject(project, rows)),
            "labels_excluded": left_out,
            "include_flagged": include_flagged,
            "flags": describe_flags(project),
            "stability": stability,
            "with_flagged": comparison,
            "mean_residual_mm": round(1000 * float(fit.residual_.mean()), 3),
            "residual_mm": [round(1000 * float(residual), 3) for residual in fit.residual_],
        },
    )
    project.add_regressor(regressor)
    return regressor
