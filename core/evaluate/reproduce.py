"""The paper's experiment from start to finish: J_spin, optimised bodies, refitted regressors, report.

Hedlin, Rhodin, Yi, CRV 2022. Each step is kept in the project and skipped when it is there already and
was made with the labels that are flagged now, so an interrupted experiment goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.device import choose_device
from core.errors import ProjectError, SettingsError
from core.evaluate.agreement import Agreement, measure_agreement
from core.evaluate.counted_frames import find_shots, list_protocols
from core.evaluate.figures.stage import DrawPicture
from core.evaluate.protocols import get_protocol
from core.evaluate.report import write_report
from core.evaluate.table import Table, make_tables
from core.optimize.batch import run_batch
from core.optimize.evidence import describe_flags
from core.optimize.fitting import split_by_subject
from core.optimize.presets import get_preset
from core.optimize.refit import refit_regressor
from core.optimize.run_details import read_run_rows
from core.optimize.selection import select_training_rows
from core.optimize.settings import Settings
from core.optimize.translation import fill_translations
from core.progress import ProgressCallback
from core.project.subject_split import list_training_subjects

if TYPE_CHECKING:
    from core.project.project import Project
    from core.project.runs import RunRecord


REPORT = "report.html"
#: Runs that are made unless others are named.
DEFAULT_RUNS = ("paper", "jointlens_1v")
#: The paper's Figures 4 and 6: what each term of its preset is there for.
ABLATIONS = ("without_adversarial", "without_silhouette", "joint_only")


@dataclass(frozen=True)
class Recipe:
    """What one run of the experiment consists of.

    Attributes:
        run: name of the run.
        preset: settings that its bodies are optimised with.
        views: how many views of an instant share one body.
        regressor: name of the regressor that is fitted to them.
        terms: the only terms that are on, or None for the preset's.
    """

    run: str
    preset: str
    views: int
    regressor: str
    terms: tuple[str, ...] | None = None

    def make_settings(self) -> Settings:
        """What the run's bodies are optimised with."""
        settings = get_preset(self.preset, views=self.views)
        return settings if self.terms is None else settings.with_only(self.terms)


RECIPES = {
    recipe.run: recipe
    for recipe in (
        Recipe("paper", "paper", 1, "J_opt"),
        Recipe("jointlens_1v", "jointlens", 1, "J_opt_jointlens_1v"),
        Recipe("jointlens_4v", "jointlens", 4, "J_opt_jointlens_4v"),
        Recipe("without_adversarial", "paper", 1, "J_opt_without_adversarial", ("joint", "silhouette")),
        Recipe("without_silhouette", "paper", 1, "J_opt_without_silhouette", ("joint", "adversarial")),
        Recipe("joint_only", "paper", 1, "J_opt_joint_only", ("joint",)),
    )
}


@dataclass(frozen=True)
class RunSummary:
    """A run before and after, as the report tells it."""

    recipe: Recipe
    bodies: int
    initial: Agreement
    optimised: Agreement
    settings: Settings
    details: dict[str, Any]


@dataclass(frozen=True)
class Reproduction:
    """What the experiment gave.

    Attributes:
        tables: protocol -> table; ``paper`` is Table I.
        runs: one summary a run.
        report: the file.
    """

    tables: dict[str, Table]
    runs: tuple[RunSummary, ...]
    report: Path

    @property
    def table(self) -> Table:
        """Table I."""
        return self.tables["paper"]

    def to_dict(self) -> dict[str, Any]:
        """JSON values."""
        return {
            "synthetic": self.table.synthetic,
            "tables": {name: table.to_dict() for name, table in self.tables.items()},
            "details": {name: table.describe() for name, table in self.tables.items()},
            "runs": {
                summary.recipe.run: {
                    "preset": summary.recipe.preset,
                    "views": summary.recipe.views,
                    "terms": list(summary.settings.active),
                    "regressor": summary.recipe.regressor,
                    "bodies": summary.bodies,
                    "initial": asdict(summary.initial),
                    "optimised": asdict(summary.optimised),
                }
                for summary in self.runs
            },
            "notes": list(self.table.notes),
            "report": str(self.report),
            "provenance": dict(self.table.provenance),
        }


def reproduce(
    project: Project,
    *,
    runs: Sequence[str] = DEFAULT_RUNS,
    estimates: str = "initial",
    device: str = "auto",
    draw_picture: DrawPicture | None = None,
    progress: ProgressCallback | None = None,
) -> Reproduction:
    """Do the whole experiment on a project.

    Args:
        project: open for writing.
        runs: names of the runs to make, of :data:`RECIPES`.
        estimates: whose bodies are optimised.
        device: what to optimise on, see :mod:`core.device`.
        draw_picture: writes a picture that the report's figures want and that is not on disk.
        progress: told of each step's progress.

    Raises:
        SettingsError: a run's name is unknown, or a run of that name was made with other settings.
        ProjectError: frames or bodies are missing, or another version of a regressor that is to be made is
            accepted.
        DeviceError: the device is not there.
    """
    choose_device(device)
    unknown = [run for run in runs if run not in RECIPES]
    if unknown or not runs:
        raise SettingsError(
            f"{', '.join(unknown) or 'nothing'} cannot be reproduced; "
            f"expected one or more of {', '.join(RECIPES)}"
        )
    find_shots(project, get_protocol("paper"))  # before hours of work rather than after them
    source = project.find_source(estimates)
    for estimator in project.estimators():
        _place_bodies(project, estimator)
    for name, fitted_to in (("J_spin", source), *((RECIPES[run].regressor, run) for run in runs)):
        if not _is_current(project, fitted_to, name):
            _refuse_accepted(project, fitted_to, name)
    _refit_if_stale(project, source, "J_spin", remade=False, progress=progress)
    summaries = tuple(_reproduce_run(project, RECIPES[run], source, device, progress) for run in runs)
    tables = make_tables(project, list_protocols(project))
    report = project.path / REPORT
    write_report(report, project, tables, summaries, draw_picture=draw_picture, progress=progress)
    return Reproduction(tables, summaries, report)


def _place_bodies(project: Project, estimator: str) -> None:
    """Fill in translations where the estimator has none."""
    rows = np.flatnonzero(project.bodies_present(estimator))
    if not np.isfinite(project.read_bodies(estimator, rows).transl).all(axis=1).any():
        fill_translations(project, estimator)


def _reproduce_run(
    project: Project, recipe: Recipe, source: str, device: str, progress: ProgressCallback | None
) -> RunSummary:
    known = {record.name: record for record in project.runs()}
    made_with = known[recipe.run].details if recipe.run in known else {}
    stale = recipe.run in known and (
        (made_with.get("flags"), made_with.get("source")) != (describe_flags(project), source)
        or _saw_test_subjects(project, known[recipe.run])
    )
    unfinished = recipe.run not in known or known[recipe.run].state != "done"
    record = run_batch(
        project,
        recipe.run,
        recipe.make_settings(),
        source=source,
        resume=True,
        overwrite=stale,
        device=device,
        progress=progress,
    )
    _refit_if_stale(
        project,
        recipe.run,
        recipe.regressor,
        remade=stale or unfinished,
        progress=progress,
    )
    rows = np.flatnonzero(project.bodies_present(recipe.run))
    return RunSummary(
        recipe=recipe,
        bodies=len(rows),
        initial=measure_agreement(project, rows, source=source, regressor="J_spin"),
        optimised=measure_agreement(project, rows, source=recipe.run, regressor=recipe.regressor),
        settings=Settings.from_dict(record.settings),
        details=record.details,
    )


def _saw_test_subjects(project: Project, record: RunRecord) -> bool:
    """Whether a run has optimised subjects that have become test subjects since."""
    return not set(split_by_subject(project, read_run_rows(record))) <= set(list_training_subjects(project))


def _refit_if_stale(
    project: Project,
    source: str,
    name: str,
    *,
    remade: bool,
    progress: ProgressCallback | None,
) -> None:
    """Fit a regressor unless the project has it from this source with these flags."""
    if not remade and _is_current(project, source, name):
        return
    _refuse_accepted(project, source, name)
    refit_regressor(project, source=source, name=name, leave_one_out=True, progress=progress)


def _is_current(project: Project, source: str, name: str) -> bool:
    """Whether a regressor's name means one fitted to this source with these flags and training subjects."""
    if name not in project.regressor_names():
        return False
    told = project.read_regressor(name).provenance
    made_with = (told.get("source"), told.get("flags"), told.get("include_flagged"))
    if made_with != (source, describe_flags(project), False):
        return False
    if "fitted_to" not in told:  # by a version with which the split could not be changed
        return True
    rows = select_training_rows(project)
    return list(told["fitted_to"]) == list(
        split_by_subject(project, rows[project.bodies_present(source)[rows]])
    )


def _refuse_accepted(project: Project, source: str, name: str) -> None:
    """Raise a ProjectError where a new fit would not count, as another version is accepted."""
    accepted = project.accepted_version(name)
    if accepted is not None:
        raise ProjectError(
            f"{name} stays version {accepted}, which was accepted, but the experiment needs one fitted to"
            f" {source} with the flags of now; jointlens regressor accept {project.path} {name} --withdraw"
        )
