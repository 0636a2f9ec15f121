"""``audit``: find labels that are wrong, and say how sure that is and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter
from rich.console import Console

from app.cli.output import Progress, emit, make_table

if TYPE_CHECKING:
    from core.project.finding import Finding


def audit(
    project: Path,
    /,
    *,
    source: str | None = None,
    influence: bool = True,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Find labels that are wrong, in rank order, each with its verdict and evidence.

    The findings are kept in the project in place of the last audit's; reviews and flags stay. Optimise
    before: offsets of a subject show far better on bodies that were fitted to labels and pictures.

    Args:
        project: project folder.
        source: run, or estimator, whose bodies tell subject offsets; the best run there is without it.
        influence: find out what each finding does to the refitted regressor and the error table.
        json: print one JSON document.
    """
    from core.audit.audit import audit_project
    from core.project.project import Project

    with Project.open(project) as opened, Progress() as progress:
        findings = audit_project(opened, source=source, influence=influence, progress=progress)
        provenance = opened.audit_provenance() or {}
    document = {
        "findings": [finding.to_dict() for finding in findings],
        "cells": provenance.pop("cells", []),
        "provenance": provenance,
    }
    emit(document, json, lambda console: _render(console, findings, provenance))


def _render(console: Console, findings: list[Finding], provenance: dict[str, Any]) -> None:
    rows = [
        [str(number), finding.verdict, finding.sentence, finding.id]
        for number, finding in enumerate(findings, start=1)
    ]
    if rows:
        table = make_table("Findings", ["rank", "verdict", "finding", "id"], rows)
        for column in table.columns[1:]:
            column.justify = "left"
        console.print(table)
    else:
        console.print("No findings.")
    bodies = provenance["run"] or f"the estimates of {provenance['estimator']}"
    tests = sum(provenance["tests"].values())
    console.print(
        f"{provenance['labels']} labels of {provenance['frames']} frames, {tests} tests; "
        f"subjects were compared on {bodies}."
    )
    if provenance["run"] is None:
        console.print("Optimise and audit again: offsets of a subject then show far better.")
    if provenance["synthetic"]:
        console.print("These are labels of a synthetic studio.")
