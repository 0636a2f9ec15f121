"""``audit``: find labels that are wrong, and say how sure that is and why."""

from __future__ import annotations

import getpass
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import CycloptsError, Parameter
from rich.console import Console

from app.cli.output import Progress, emit

if TYPE_CHECKING:
    from core.project.finding import Finding


def audit(
    project: Path,
    /,
    *,
    source: str | None = None,
    influence: bool = True,
    engine: Literal["local", "ray"] = "local",
    workers: int | None = None,
    address: str | None = None,
    sample: int | None = None,
    seed: int = 0,
    good: Annotated[tuple[str, ...], Parameter(negative="", consume_multiple=True)] = (),
    bad: Annotated[tuple[str, ...], Parameter(negative="", consume_multiple=True)] = (),
    reviewer: str | None = None,
    agreement: Annotated[bool, Parameter(negative="")] = False,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Find labels that are wrong, in rank order, each with its verdict and evidence.

    The findings are kept in the project in place of the last audit's; reviews and flags stay. Optimise
    before: offsets of a subject show far better on bodies that were fitted to labels and pictures.

    Args:
        project: project folder.
        source: run, or estimator, whose bodies tell subject offsets; the best run there is without it.
        influence: find out what each finding does to the refitted regressor and the error table.
        engine: local is this machine, ray a Ray cluster; the findings are the same.
        workers: how many at once; by default one a core of this machine where there is enough to do, or as
            many as the cluster has room for.
        address: HOST:PORT of the cluster's head, or auto; without it --engine ray starts Ray here.
        sample: draw so many frames that nothing was found in, for people to look at, instead of auditing.
        seed: decides which frames are drawn.
        good: keys of sampled frames whose labels are all good, as somebody has seen, instead of auditing.
        bad: keys of sampled frames that have a bad label.
        reviewer: who says so; the user's name without it.
        agreement: tell how far reviewers agree, and how much the audit missed by the sample they looked at,
            instead of auditing.
        json: print one JSON document.
    """
    if sample is not None:
        _draw(project, sample, seed, json)
        return
    if good or bad:
        _judge(project, good, bad, getpass.getuser() if reviewer is None else reviewer, json)
        return
    if agreement:
        _compare_reviewers(project, json)
        return
    from core.audit.audit import audit_project
    from core.audit.source_views import BLOCK
    from core.engine.choosing import open_engine
    from core.project.project import Project

    with Project.open(project) as opened, Progress() as progress:
        blocks = -(-len(opened.keys) // BLOCK)
        with open_engine(engine, blocks=blocks, workers=workers, address=address) as opened_engine:
            findings = audit_project(
                opened, source=source, influence=influence, engine=opened_engine, progress=progress
            )
        provenance = opened.audit_provenance() or {}
    document = {
        "findings": [finding.to_dict() for finding in findings],
        "cells": provenance.pop("cells", []),
        "provenance": provenance,
    }
    emit(document, json, lambda console: _render(console, findings, provenance))


def _draw(path: Path, count: int, seed: int, as_json: bool) -> None:
    from core.project.project import Project
    from core.project.samples import draw_sample

    if count < 1:
        raise CycloptsError(msg=f"--sample {count}: expected one frame or more")
    with Project.open(path) as opened:
        keys = draw_sample(opened, count, seed=seed)
    emit({"sample": keys, "seed": seed}, as_json, "\n".join(keys))


def _judge(path: Path, good: tuple[str, ...], bad: tuple[str, ...], reviewer: str, as_json: bool) -> None:
    from core.project.project import Project
    from core.project.samples import estimate_miss_rate, review_frame

    with Project.open(path) as opened:
        for keys, decision in ((good, "rejected"), (bad, "accepted")):
            for key in keys:
                review_frame(opened, key, decision, reviewer=reviewer)  # type: ignore[arg-type]
        missed = estimate_miss_rate(opened)
    emit({"miss_rate": asdict(missed)}, as_json, missed.describe())


def _compare_reviewers(path: Path, as_json: bool) -> None:
    from core.project.agreement import measure_agreement
    from core.project.project import Project
    from core.project.samples import estimate_miss_rate

    with Project.open(path, read_only=True) as opened:
        pairs, missed = measure_agreement(opened.reviews()), estimate_miss_rate(opened)

    def render(console: Console) -> None:
        for pair in pairs:
            kappa = "undefined" if pair.kappa is None else f"{pair.kappa:.2f}"
            console.print(
                f"{pair.first} and {pair.second} agree on {pair.agreeing} of {pair.findings}; "
                f"Cohen's kappa {kappa}.",
                markup=False,
            )
        if not pairs:
            console.print("No two people have reviewed the same findings.")
        console.print(missed.describe())

    emit(
        {"agreement": [asdict(pair) for pair in pairs], "miss_rate": asdict(missed)},
        as_json,
        render,
    )


def _render(console: Console, findings: list[Finding], provenance: dict[str, Any]) -> None:
    for number, finding in enumerate(findings, start=1):  # no table, which would break ids
        console.print(f"{number:>3}. {finding.verdict}: {finding.sentence}", markup=False)
        console.print(f"     {finding.id}", markup=False)
    if not findings:
        console.print("No findings.")
    bodies = provenance["run"] or f"the estimates of {provenance['estimator']}"
    tests = sum(provenance["tests"].values())
    console.print(
        f"{provenance['labels']} labels of {provenance['frames']} frames, {tests} tests; "
        f"subjects were compared on {bodies}."
    )
    for note in provenance["notes"]:
        console.print(note, markup=False)
    if provenance["run"] is None:
        console.print("Optimise and audit again: offsets of a subject then show far better.")
    if provenance["synthetic"]:
        console.print("These are labels of a synthetic studio.")
