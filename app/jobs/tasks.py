"""What the job process can do: functions that it imports by name, each with a ``progress`` callback.

They import torch and the rest inside, so that naming one costs the window nothing.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from app.session.import_order import ImportOrder
from core.optimize.settings import Settings
from core.progress import ProgressCallback


def refit(*, project: Path, source: str, name: str, compare: bool, progress: ProgressCallback) -> str:
    """Fit a regressor to a source's bodies and the labels that are not flagged, and add it to the project.

    With ``compare`` it tells what leaving the flagged labels out did.
    """
    from core.optimize.refit import refit_regressor
    from core.project.project import Project
    from core.regressor.effect_sentences import describe_effect

    with Project.open(project) as opened:
        fitted = refit_regressor(opened, source=source, name=name, compare=compare, progress=progress)
    sentences = [describe_effect(effect) for effect in fitted.provenance["with_flagged"] or ()]
    return f"{name} refitted from {source}{'. ' * bool(sentences)}{' '.join(sentences)}"


def audit(*, project: Path, source: str | None, progress: ProgressCallback) -> str:
    """Look for bad labels; findings replace those of the audit before."""
    from core.audit.audit import audit_project
    from core.project.project import Project

    with Project.open(project) as opened:
        findings = audit_project(opened, source=source, progress=progress)
    made = f"{len(findings)} findings" if len(findings) != 1 else "one finding"
    return f"the audit with {source} made {made}" if source else f"the audit made {made}"


def evaluate(*, project: Path, protocol: str, to: Path, progress: ProgressCallback) -> str:
    """Measure the errors of every estimator under every regressor, and write the table for the window."""
    from app.jobs.evaluating import describe_tables
    from core.evaluate.protocols import get_protocol
    from core.evaluate.table import make_tables
    from core.project.project import Project

    progress(0, 0, "measuring errors")
    with Project.open(project, read_only=True) as opened:
        tables = make_tables(opened, [get_protocol(protocol)])
    describe_tables(tables).write(to)
    return f"the errors are measured, protocol {protocol}"


def import_data(*, order: ImportOrder, progress: ProgressCallback) -> str:
    """Import a data set beside its project's place, and write down what was found."""
    from core.data.importing import import_project
    from core.optimize.translation import fill_translations
    from core.project.project import Project

    order.discard()  # what a cancelled one left
    try:
        found = import_project(
            order.partial,
            dataset=order.dataset,
            body=order.body,
            estimates=order.estimates,
            regressors=order.regressors,
            test_subjects=order.test_subjects,
            progress=progress,
        )
        if order.regressors:
            with Project.open(order.partial) as project:
                for name in order.estimates:
                    rows = np.flatnonzero(project.bodies_present(name))
                    if not np.isfinite(project.read_bodies(name, rows).transl).all():
                        fill_translations(project, name, regressor=next(iter(order.regressors)))
        order.preview.write_text(json.dumps(found.to_dict()), encoding="utf-8")
    except BaseException:
        order.discard()
        raise
    return f"{found.frames} frames checked"


def run_command(*, words: tuple[str, ...], progress: ProgressCallback) -> str:
    """Run a subcommand of the command line."""
    from app.jobs.command_line import run_command_line

    return run_command_line(words=words, progress=progress)


def optimize(
    *,
    project: Path,
    run: str,
    source: str,
    regressor: str,
    settings: Settings,
    include_flagged: bool = False,
    progress: ProgressCallback,
) -> str:
    """Optimise the bodies of every frame into a run; one that was interrupted goes on."""
    from core.optimize.batch import run_batch
    from core.project.project import Project

    with Project.open(project) as opened:
        run_batch(
            opened,
            run,
            settings,
            source=source,
            regressor=regressor,
            include_flagged=include_flagged,
            resume=True,
            progress=progress,
        )
    return f"run {run} is done"
