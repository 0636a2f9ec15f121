"""``refit``: fit a joint regressor to bodies and labels of a project."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import CycloptsError, Parameter

from app.cli.output import Progress, emit


def refit(
    project: Path,
    /,
    *,
    source: str = "initial",
    name: str,
    solver: str = "nnls",
    include_flagged: Annotated[bool, Parameter(negative="")] = False,
    compare: Annotated[bool, Parameter(negative="")] = False,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Fit a regressor to the training subjects' bodies and labels.

    Flagged labels are left out. A regressor of the same name keeps its history, and an
    accepted version of it stays what the name means.

    Args:
        project: project folder.
        source: whose bodies: "initial", an estimator or a run.
        name: of the regressor, e.g. J_spin.
        solver: nnls finds the best non-negative weights; adam descends from J_std and keeps to its vertices,
            as the paper's released code does, to compare; or one that another package adds.
        include_flagged: let flagged labels take part, to compare.
        compare: tell what leaving the flagged labels out did: the same fit is made with them, and both are
            judged by each subject's unflagged labels, which neither has seen.
        json: print one JSON document.
    """
    from core.optimize.refit import refit_regressor
    from core.project.project import Project
    from core.regressor.effect_sentences import describe_effect
    from core.regressor.solvers import SOLVERS

    if solver not in SOLVERS:
        raise CycloptsError(msg=f"--solver {solver} is none of {', '.join(SOLVERS)}")
    if compare and include_flagged:
        raise CycloptsError(
            msg="--compare needs a fit without the flagged labels; leave --include-flagged out"
        )
    with Project.open(project) as opened, Progress() as progress:
        regressor = refit_regressor(
            opened,
            source=source,
            name=name,
            solver=solver,
            include_flagged=include_flagged,
            compare=compare,
            progress=progress,
        )
        version = opened.regressor_versions(name)[-1].version
        accepted = opened.accepted_version(name)
    told = regressor.provenance
    document = {"regressor": name, **told, "version": version, "accepted": accepted}
    note = (
        f"\n{name} stays version {accepted}, which was accepted; this one is version {version}, to be "
        f"accepted by jointlens regressor accept {project} {name}"
        if accepted
        else ""
    )
    if compare:
        sentences = [describe_effect(effect) for effect in told["with_flagged"]]
        note += "\n" + ("\n".join(sentences) or "No label is flagged: there is nothing to compare.")
    emit(
        document,
        json,
        f"{name}: fitted to {told['bodies']} bodies of {source}, {told['labels_excluded']} flagged labels "
        f"left out; root mean square distance of labels and its joints {told['mean_residual_mm']:.1f} mm"
        + note,
    )
