"""The command that looks for bad labels, and what it asks before it begins."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from app.commands.command import Command, Entry, Workspace
from app.commands.form import Form, Question
from app.commands.sources import list_sources
from app.session.session import Session
from core.audit.sources import choose_sources
from core.errors import ProjectError


def run_audit(workspace: Workspace, *, source: str | None = None) -> None:
    """Look for bad labels with the bodies of a run or estimator; findings come when it is done.

    Without ``source`` a run that is shown gives the bodies, else the surest run of those that are done.
    """
    told = source or resolve_audit(workspace, {}).get("source")
    workspace.jobs.audit(told)
    if told is not None:
        workspace.session.set_status(f"Auditing the labels with {told}")


def resolve_audit(workspace: Workspace, given: Mapping[str, Any]) -> dict[str, Any]:
    """The source that the arguments leave open."""
    session = workspace.session
    if given.get("source") is not None:
        return dict(given)
    if session.body_source in session.runs:
        return {"source": session.body_source}
    try:
        estimator, run = choose_sources(session.project, None)
    except ProjectError:  # nothing could be audited, as the job will say
        return dict(given)
    return {"source": run.name if run else estimator}


def tell_audit(session: Session, answers: Mapping[str, Any]) -> tuple[str, ...]:
    """What an audit with some source does."""
    source, review = answers["source"], session.review
    name = session.project.find_source(source)
    runs = session.project.runs()
    run = next((run for run in runs if run.name == name), None)
    if run is None:
        lines = [
            "Bodies that have not seen the labels: offsets of a subject show far better on a run's. Optimise "
            "first, and audit then."
        ]
    else:
        lines = [f"Every label is compared with the bodies of {name}, {_describe_run(run.settings)}."]
        if run.state != "done":
            lines.append(f"{name} is {run.progress:.0%} done: the other labels are not compared.")
    _, surest = choose_sources(session.project, None)
    if run is not None and surest is not None and surest.name == name and runs[-1].name != name:
        newest = runs[-1]
        if newest.state != "done":
            lines.append(f"{newest.name} is newer, but only {newest.progress:.0%} done.")
        else:
            why = "its views share bodies" if run.shares_bodies else "it has more bodies"
            lines.append(f"{newest.name} is newer, but {name} is the surer witness: {why}.")
    if flags := len(session.flags):
        whose = f"{flags} flags" if flags > 1 else "one flag"
        lines.append(
            f"The labels under {whose} are judged but vouch for no others, so that figures differ from those "
            "of an audit without flags."
        )
    if review.findings:
        lines.append(f"Replaces the findings made with {review.bodies}; decisions and flags stay.")
    return tuple(lines)


def _describe_run(settings: Mapping[str, Any]) -> str:
    views = settings.get("views", 1)
    shared = f"{views} views sharing a body" if views > 1 else "a body for each view"
    return f"preset {settings.get('preset')}, {shared}"


def _ask_audit(workspace: Workspace, given: dict[str, Any]) -> dict[str, Any] | None:
    session = workspace.session
    session.check_writable()
    choose_sources(session.project, None)  # tells at once where there is nothing to audit
    source = resolve_audit(workspace, given)["source"]
    if source == session.project.find_source("initial"):
        source = "initial"
    return workspace.require_desk().ask_form(
        Form(
            "Audit the labels",
            (Question("source", "Bodies", source, list_sources(session)),),
            "Audit",
            partial(tell_audit, session),
        )
    )


COMMANDS = (
    Command(
        "audit.run",
        run_audit,
        (Entry("Run the audit…", key="F6", icon="audit", menu="Review"),),
        ask=_ask_audit,
        asked=("source",),
        resolve=resolve_audit,
    ),
)
