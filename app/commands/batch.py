"""The command that optimises the training subjects' bodies into a run, and what it asks before it begins."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from app.commands.command import Command, Entry, Workspace
from app.commands.form import Form, Question
from app.commands.sources import list_sources
from app.session.durations import format_seconds
from app.session.session import Session
from core.energy.terms import TERMS
from core.errors import SettingsError
from core.optimize.presets import PRESETS, get_preset, is_preset, share_views
from core.optimize.selection import select_training_rows, select_views
from core.optimize.settings import Settings
from core.project.naming import check_name
from core.project.runs import RunRecord


def optimize_all(
    workspace: Workspace,
    *,
    run: str | None = None,
    preset: str | None = None,
    views: Annotated[int, Meta(ge=1)] | None = None,
    source: str | None = None,
    regressor: str | None = None,
    include_flagged: bool = False,
) -> None:
    """Optimise the training subjects' bodies into a run, in the background.

    Without ``preset`` and ``views`` the terms are as the Terms panel has them; without ``source`` the bodies
    shown are optimised. A run that was interrupted goes on by its name; without ``run``, a new one begins.
    """
    session = workspace.session
    told = resolve_batch(workspace, {"run": run, "source": source, "regressor": regressor})
    workspace.jobs.optimize(
        told["run"],
        choose_settings(session.terms, preset, views),
        source=told["source"],
        regressor=told["regressor"],
        include_flagged=include_flagged,
    )


def resolve_batch(workspace: Workspace, given: Mapping[str, Any]) -> dict[str, Any]:
    """What the arguments leave open, as it stands now."""
    session = workspace.session
    known = {record.name for record in session.project.runs()}
    told = {name: value for name, value in given.items() if value is not None}
    free = (f"run-{number}" for number in itertools.count(1))
    told.setdefault("run", next(name for name in free if name not in known))
    told.setdefault("source", session.body_source)
    told.setdefault("regressor", session.pulling_regressor)
    terms = session.terms
    if "preset" not in told and "views" not in told and is_preset(terms):
        told |= {"preset": terms.preset, "views": terms.views}
    return told


def choose_settings(terms: Settings, preset: str | None, views: int | None) -> Settings:
    """The settings of a preset, or ``terms``; with so many views that share a body, or as many as these."""
    if preset is not None:
        return get_preset(preset, views=views or terms.views)
    return terms if views is None else share_views(terms, views)


def _ask_batch(workspace: Workspace, given: dict[str, Any]) -> dict[str, Any] | None:
    session = workspace.session
    session.check_writable()
    told = resolve_batch(workspace, given)
    presets: list[tuple[str, Any]] = [(name, name) for name in PRESETS]
    if not is_preset(session.terms):
        presets.insert(0, (f"{session.terms.preset}, as changed in Terms", None))
    shared = session.project.has_extrinsics
    views = told.get("views", session.terms.views) if shared else 1
    offered = [("1: a body for each view", 1), *([("4: one body for four views", 4)] if shared else [])]
    if told["source"] in session.runs and "source" not in given:
        told["source"] = "initial"  # rarely does a run go on from another's bodies
    flags = len(session.flags)
    questions = [
        Question("run", "Name", told["run"]),
        Question("preset", "Preset", told.get("preset"), tuple(presets)),
        Question("views", "Views", views, tuple(offered)),
        Question("source", "Bodies to begin with", told["source"], list_sources(session)),
        Question(
            "regressor", "Joints by", told["regressor"], tuple((name, name) for name in session.regressors)
        ),
    ]
    if flags:
        labels = f"{flags} flags" if flags > 1 else "the flag"
        choices = ((f"labels under {labels} left out", False), (f"labels under {labels} taken in", True))
        flagged = told.get("include_flagged", False)
        questions.append(Question("include_flagged", "Flagged labels", flagged, choices))
    return workspace.require_desk().ask_form(
        Form(
            "Optimise all training subjects",
            tuple(questions),
            "Optimise",
            partial(tell_batch, session),
        )
    )


def tell_batch(session: Session, answers: Mapping[str, Any]) -> tuple[str, ...]:
    """What a run with some answers does, and how long it takes at the pace of the last one like it.

    Raises:
        JointlensError: the run cannot be made.
    """
    project = session.project
    check_name(answers["run"], "run")
    if answers["run"] in {record.name for record in project.runs()}:
        raise SettingsError(f"there is a run {answers['run']} already; choose another name")
    settings = choose_settings(session.terms, answers["preset"], answers["views"])
    bodies = count_bodies(session, answers["source"], settings.views)
    terms = ", ".join(TERMS[name].name.lower() for name in settings.active)
    lines = [f"{bodies:,} bodies of the training subjects; terms: {terms}."]
    like = find_like(project.runs(), settings)
    if like is not None:
        before = count_run(session, like)
        seconds = like.details["seconds"] * bodies / before if before else 0.0
        lines.append(f"About {format_seconds(seconds)}, at the pace of {like.name}.")
    lines.append("It runs in the background; once stopped, it can be gone on with.")
    return tuple(lines)


def count_bodies(session: Session, source: str, views: int) -> int:
    """How many bodies a run of the training subjects has to optimise."""
    project = session.project
    rows = select_training_rows(project)
    rows = np.unique(rows[project.bodies_present(project.find_source(source))[rows]])
    return _count_apart(session, select_views(project, rows, views=views) if views > 1 else rows, views)


def count_run(session: Session, run: RunRecord) -> int:
    """How many bodies a run has."""
    rows = np.flatnonzero(session.project.bodies_present(run.name))
    return _count_apart(session, rows, run.settings.get("views", 1))


def find_like(runs: list[RunRecord], settings: Settings) -> RunRecord | None:
    """The newest run that is done and was told the same, and how long it took."""
    for run in reversed(runs):
        if run.state == "done" and run.details.get("seconds"):
            told = (run.settings.get("preset"), run.settings.get("views"), run.settings.get("iterations"))
            if told == (settings.preset, settings.views, settings.iterations):
                return run
    return None


def _count_apart(session: Session, rows: NDArray[np.intp], views: int) -> int:
    return len(np.unique(session.project.keys.instants[rows])) if views > 1 else len(rows)


COMMANDS = (
    Command(
        "optimize.batch",
        optimize_all,
        (Entry("Optimise all training subjects…", menu="Optimise"),),
        ask=_ask_batch,
        asked=("run", "preset", "views", "source", "regressor"),
        resolve=resolve_batch,
    ),
)
