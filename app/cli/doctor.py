"""``doctor``: what is installed, what is missing, and the exact remedy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console

from app.cli.checks.check import Check
from app.cli.output import emit


def doctor(
    project: Path | None = None,
    /,
    *,
    body: Path | None = None,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Tell what is installed, what is missing, and the exact remedy.

    Args:
        project: a project folder, to look for what it refers to as well.
        body: a body model file, to look at as well.
        json: print one JSON document.
    """
    checks = list(run_checks(project, body))
    missing = [check for check in checks if check.state == "missing"]

    def render(console: Console) -> None:
        marks = {"ok": "[green]ok      [/]", "optional": "[yellow]optional[/]", "missing": "[red]missing [/]"}
        for check in checks:
            console.print(marks[check.state], end=" ")
            console.print(f"{check.name}: {check.found}", markup=False)
            if check.remedy:
                console.print(f"         -> {check.remedy}", markup=False)
        console.print(
            "Everything that is needed is here."
            if not missing
            else f"Missing or broken: {', '.join(check.name for check in missing)}."
        )

    emit({"ok": not missing, "checks": [asdict(check) for check in checks]}, json, render)
    return 1 if missing else 0


def run_checks(project: Path | None = None, body: Path | None = None) -> Iterator[Check]:
    """Every check, in the order in which they are shown."""
    from app.cli.checks.devices import check_devices
    from app.cli.checks.files import check_body, check_project
    from app.cli.checks.packages import check_back_ends, check_installation
    from app.cli.checks.plugins import check_plugins
    from app.cli.checks.window import check_window

    yield from check_installation()
    yield from check_devices()
    yield from check_back_ends()
    yield from check_window()
    yield from check_body(body)
    if project is not None:
        yield from check_project(project)
    yield from check_plugins()
