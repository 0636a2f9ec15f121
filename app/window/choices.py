"""What the command palette offers: every entry of the registry, and what fits the moment."""

from __future__ import annotations

from collections.abc import Iterator

from app.commands.registry import CommandRegistry
from app.panels.flag_table import describe_scope
from app.session.session import Session
from app.window.command_palette import Choice

#: Findings that are offered by name, in the order of their rank; the queue has them all.
MOST_FINDINGS = 50


def list_choices(session: Session, commands: CommandRegistry) -> list[Choice]:
    """Every choice, those of the registry first."""
    return [
        *_list_entries(commands),
        *_list_regressors(session),
        *_list_labels(session),
        *_list_findings(session),
        *_list_variants(session),
        *_list_jobs(session),
    ]


def _list_entries(commands: CommandRegistry) -> Iterator[Choice]:
    for command, entry in commands.entries():
        title = f"{entry.menu}: {entry.title}" if entry.menu else entry.title
        yield Choice(title, command.id, entry.args, commands.keys.key_of(command.id + entry.suffix))


def _list_regressors(session: Session) -> Iterator[Choice]:
    joint = session.project.joint_set.names[session.selection or 0]
    for name in session.regressors:
        shown = name in session.appearance.shown_regressors
        title = f"Regressors: {'Hide' if shown else 'Show'} {name}"
        yield Choice(title, "regressor.show", {"name": name, "shown": not shown})
        paint = {"name": name, "joint": joint}
        yield Choice(f"Regressors: Paint {name}, {joint}", "regressor.paint", paint)
        for version in session.versions[name]:
            if not version.accepted:
                title = f"Regressors: Accept {name} v{version.version}"
                yield Choice(title, "regressor.accept", {"name": name, "version": version.version})
        if any(version.accepted for version in session.versions[name]):
            title = f"Regressors: Let {name} be its newest version"
            yield Choice(title, "regressor.withdraw", {"name": name})
        for other in session.regressors:
            if other != name:
                title = f"Regressors: Paint {name} minus {other}, {joint}"
                yield Choice(title, "regressor.paint", {**paint, "minus": other})


def _list_labels(session: Session) -> Iterator[Choice]:
    names, key = session.project.joint_set.names, session.key
    for joint, name in enumerate(names):
        yield Choice(f"Labels: Select {name}", "joint.select", {"joint": joint})
    if session.selection is not None:
        name = names[session.selection]
        whose = {"subject": key.subject, "joint": name}
        yield Choice(f"Labels: Flag {name} of {key.subject}, all actions", "label.flag", whose)
        title = f"Labels: Flag {name} of {key.subject} {key.action}"
        yield Choice(title, "label.flag", {**whose, "action": key.action})
    for flag in session.flags:
        what = f"{flag.joint} of {describe_scope(flag)}"
        yield Choice(f"Labels: Unflag {what}", "label.unflag", {"id": flag.id})
        yield Choice(f"Labels: Go to flag on {what}", "flag.go", {"id": flag.id})


def _list_findings(session: Session) -> Iterator[Choice]:
    for finding in session.review.listed[:MOST_FINDINGS]:
        yield Choice(f"Review: Go to {finding.sentence}", "finding.go", {"id": finding.id})


def _list_variants(session: Session) -> Iterator[Choice]:
    run = session.optimisation
    for variant in run.variants if len(run.variants) > 1 else ():
        title = run.title_of(variant)
        hide = "Show" if variant.id in session.run_view.hidden else "Hide"
        yield Choice(f"Variants: Choose {title}", "optimize.choose", {"variant": variant.id})
        yield Choice(f"Variants: {hide} {title}", "optimize.hide", {"variant": variant.id})


def _list_jobs(session: Session) -> Iterator[Choice]:
    for job in session.jobs:
        if job.live and not job.background:
            yield Choice(f"Jobs: Cancel “{job.title}”", "job.cancel", {"job": job.id})
        if job.id in session.evaluations:
            yield Choice(f"Jobs: Show the table of job {job.id}", "job.show", {"job": job.id})
