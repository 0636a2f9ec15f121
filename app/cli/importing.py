"""``import``: make a project of a data set, or add estimates and regressors to one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import CycloptsError, Parameter
from rich.console import Console

from app.cli.output import Progress, emit
from app.session.import_order import list_found
from core.project.subject_split import parse_subjects

if TYPE_CHECKING:
    from core.project.project import Project

#: One or more ``NAME=FILE`` after ``--estimates`` or ``--regressor``, which can be repeated.
NamedFiles = Annotated[tuple[str, ...], Parameter(negative="", consume_multiple=True)]


def import_dataset(
    project: Path,
    /,
    *,
    dataset: Path | None = None,
    format: str = "auto",  # noqa: A002 -- the option's name
    body: Path | None = None,
    estimates: NamedFiles = (),
    regressor: NamedFiles = (),
    test_subjects: str | None = None,
    preview: Annotated[bool, Parameter(negative="")] = False,
    propose_videos: Path | None = None,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Make a project of a data set; everything is checked before anything is written.

    Without --dataset, estimates and regressors are added to a project that is there, or its test subjects
    are changed, which is an edit that the window can undo.

    Args:
        project: folder to make, or to add to.
        dataset: folder or file of the data set; it is referred to, never changed.
        format: h36m-fetch, spin-npz, mks-json, human-data, precomputed, generic; auto finds it out.
        body: SMPL body model, .pkl or .npz.
        estimates: NAME=FILE in one of the formats of docs/formats.md, or the videos.csv (or its folder) of
            VIBE or MEVA results; FILE@DATASET.npz where rows follow that file's. Can be repeated, the first
            is "initial".
        regressor: NAME=FILE, a joint regressor; can be repeated.
        test_subjects: subjects, separated by commas, that evaluate counts and nothing is fitted to; S9 and
            S11 if not given, or if "" is.
        preview: tell what is there and make nothing.
        propose_videos: a folder of VIBE or MEVA results: print a videos.csv made of their names, and stop.
        json: print one JSON document.
    """
    if propose_videos is not None:
        from core.data.joblib_tracks import propose_table

        table = propose_table(propose_videos)
        emit({"videos_csv": table}, json, table.rstrip("\n"))
        return
    estimate_files = parse_named_files("--estimates", estimates)
    regressor_files = parse_named_files("--regressor", regressor)
    if dataset is None:
        _add_to_project(project, estimate_files, regressor_files, test_subjects, json)
    else:
        named = parse_subjects(test_subjects or "")
        _make_project(project, dataset, format, body, estimate_files, regressor_files, named, preview, json)


def parse_named_files(option: str, words: Sequence[str]) -> dict[str, Path]:
    """``NAME=FILE`` words as a mapping, in their order.

    Raises:
        CycloptsError: a word is no such pair, or a name comes twice.
    """
    files: dict[str, Path] = {}
    for word in words:
        name, equals, file = word.partition("=")
        if not (name and equals and file):
            raise CycloptsError(msg=f"{option} {word}: expected NAME=FILE, e.g. spin=estimates/spin.npz")
        if name in files:
            raise CycloptsError(msg=f"{option} {word}: {name} is given twice")
        files[name] = Path(file)
    return files


def _make_project(
    path: Path,
    dataset: Path,
    format_name: str,
    body: Path | None,
    estimates: dict[str, Path],
    regressors: dict[str, Path],
    test_subjects: list[str],
    preview_only: bool,
    as_json: bool,
) -> None:
    from core.data.importing import import_project

    if body is None:
        raise CycloptsError(msg="--body is missing: give the SMPL body model that the estimates belong to")
    with Progress() as progress:
        preview = import_project(
            path,
            dataset=dataset,
            format=format_name,
            body=body,
            estimates=estimates,
            regressors=regressors,
            test_subjects=test_subjects,
            progress=progress,
            preview_only=preview_only,
        )
    placed = {} if preview_only else place_estimates(path, list(estimates))
    document = {"project": str(path), "made": not preview_only, **preview.to_dict(), "placed": placed}
    emit(document, as_json, lambda console: _print_preview(console, document))


def _add_to_project(
    path: Path,
    estimates: dict[str, Path],
    regressors: dict[str, Path],
    test_subjects: str | None,
    as_json: bool,
) -> None:
    from dataclasses import asdict

    from core.data.importing import add_estimates, add_regressor
    from core.project.project import Project
    from core.project.subject_split import list_test_subjects, set_test_subjects

    if not estimates and not regressors and test_subjects is None:
        raise CycloptsError(
            msg="nothing to import: give --dataset, --estimates, --regressor or --test-subjects"
        )
    told: list[str] = []
    with Project.open(path) as project:
        if test_subjects is not None:
            set_test_subjects(project, parse_subjects(test_subjects))
        # Regressors first: placing an estimator's bodies takes one.
        found = {name: asdict(add_regressor(project, name, file)) for name, file in regressors.items()}
        added = {name: add_estimates(project, name, file) for name, file in estimates.items()}
        tested = list_test_subjects(project.keys.subjects, project.named_test_subjects)
    document = {
        "project": str(path),
        "estimates": {name: int(estimated.present.sum()) for name, estimated in added.items()},
        "matching": {name: estimated.matching for name, estimated in added.items()},
        "regressors": found,
        "placed": place_estimates(path, list(estimates)),
        "test_subjects": tested,
    }
    if added or found:
        told.append(f"Added {', '.join([*added, *found])} to {path}.")
    told += [f"{name}: {estimated.matching}." for name, estimated in added.items()]
    if test_subjects is not None:
        told.append(
            f"Test subjects of {path}: {', '.join(tested) or 'none'}. Refit what is to be tested on them."
        )
    emit(document, as_json, "\n".join(told))


def place_estimates(path: Path, estimators: list[str]) -> dict[str, int]:
    """Find where the bodies of estimators stand: estimator -> bodies that found a place.

    Takes the project's first regressor; without one, nothing is placed. Bodies that came with a metric place
    keep it.
    """
    from core.optimize.translation import fill_translations
    from core.project.project import Project

    with Project.open(path) as project:
        regressors = project.regressor_names()
        return {
            name: fill_translations(project, name, regressor=regressors[0])
            for name in estimators
            if regressors and not _have_places(project, name)
        }


def _have_places(project: Project, estimator: str) -> bool:
    import numpy as np

    rows = np.flatnonzero(project.bodies_present(estimator))
    return bool(np.isfinite(project.read_bodies(estimator, rows).transl).all())


def _print_preview(console: Console, found: dict[str, Any]) -> None:
    made = "Project" if found["made"] else "Nothing was made; found for"
    console.print(f"{made} {found['project']}:", markup=False)
    for title, words in list_found(found):
        console.print(f"  {title:<11} {words}", markup=False)
