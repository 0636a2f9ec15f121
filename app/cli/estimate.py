"""``estimate``: initial bodies from pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from app.cli.importing import place_estimates
from app.cli.output import Progress, emit
from app.cli.studio_pictures import draw_missing_pictures


def estimate(
    project: Path,
    /,
    *,
    checkpoint: Path,
    model: Literal["spin"] = "spin",
    mean_parameters: Path | None = None,
    name: str = "spin",
    device: str = "cpu",
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Estimate a body in every picture, and keep them as an estimator's.

    Args:
        project: project folder.
        checkpoint: SPIN's model_checkpoint.pt.
        model: whose network: SPIN's.
        mean_parameters: SPIN's smpl_mean_params.npz, where the checkpoint has no mean body.
        name: of the estimator.
        device: cpu, or cuda where torch has one.
        json: print one JSON document.
    """
    from core.estimate.estimate_project import estimate_project
    from core.project.project import Project

    with Project.open(project) as opened, Progress() as progress:
        draw_missing_pictures(opened, progress)
        bodies = estimate_project(
            opened,
            checkpoint=checkpoint,
            mean_parameters=mean_parameters,
            name=name,
            device=device,
            progress=progress,
        )
    placed = place_estimates(project, [name])
    document = {"project": str(project), "model": model, "estimates": {name: bodies}, "placed": placed}
    emit(document, json, f"Estimated {bodies} bodies by {model}'s network, kept as {name}.")
