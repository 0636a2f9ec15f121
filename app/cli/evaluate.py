"""``evaluate``: errors of every estimator under every regressor, on the test subjects."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from rich.console import Console

from app.cli.output import emit, make_table
from core.project.subject_split import parse_subjects

if TYPE_CHECKING:
    from core.evaluate.bootstrap import Interval
    from core.evaluate.table import Cells, Table

#: In millimetres, which the titles say: narrow enough that no interval breaks at 80 columns.
TABLE_COLUMNS = ["estimates, regressor", "MPJPE", "95%", "PA-MPJPE", "95%"]


def evaluate(
    project: Path,
    /,
    *,
    protocol: str = "paper",
    subjects: str = "",
    actions: Annotated[bool, Parameter(negative="")] = False,
    to: Annotated[tuple[Path, ...], Parameter(negative="")] = (),
    include_flagged: Annotated[bool, Parameter(negative="")] = False,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Table I: MPJPE and PA-MPJPE of every estimator under every regressor, on the test subjects.

    Intervals come from a bootstrap that draws whole sequences; differences between regressors from the same
    draws.

    Args:
        project: project folder.
        protocol: paper (17 joints, every 64th frame), spin-p1 (14 joints, every 5th), spin-p2 (one camera of
            spin-p1) or mks-p2 (14 joints, every 64th), relative to the regressed pelvis row; any of them with
            -mid-hips behind it, relative to the middle between both hips; or all.
        subjects: those that count, separated by commas; by default the test subjects, which are S9 and S11
            where import named no others. Figures of people whom regressors were fitted to say so.
        actions: print the errors by action as well; the JSON document always has them.
        to: file to write the tables to, .csv with every figure or .tex as papers print them; can be
            repeated.
        include_flagged: let flagged labels count, to compare with figures that knew of no flags.
        json: print one JSON document.
    """
    from core.evaluate.counted_frames import list_protocols
    from core.evaluate.protocols import get_protocol
    from core.evaluate.table import make_tables
    from core.evaluate.table_files import write_tables
    from core.project.project import Project

    with Project.open(project, read_only=True) as opened:
        counted = parse_subjects(subjects)
        usable = list_protocols(opened, subjects=counted) if protocol == "all" else []
        chosen = usable or [get_protocol("paper" if protocol == "all" else protocol)]
        standing = len(opened.flags())
        with opened.holding_flags([] if include_flagged else opened.flags()):
            tables = make_tables(opened, chosen, subjects=counted)
    flagged = (
        [f"Flagged labels count as well; flags that stand: {standing}."]
        if include_flagged and standing
        else []
    )

    for path in to:
        write_tables(tables, path)

    def render(console: Console) -> None:
        for name, table in tables.items():
            console.print(make_table(f"{name}, mm: {table.title}", TABLE_COLUMNS, list_cells(table.cells)))
            for reference, cells in table.distinct_differences.items():
                rows = list_cells(cells, signed=True)
                console.print(make_table(f"minus {reference}, mm", TABLE_COLUMNS, rows))
            if actions:
                _print_actions(table, console)
            for note in (*table.notes, *flagged):
                console.print(note, markup=False)

    emit(
        {
            "tables": {name: table.to_dict() for name, table in tables.items()},
            "details": {name: table.describe() for name, table in tables.items()},
            "provenance": dict(next(iter(tables.values())).provenance),
            "include_flagged": include_flagged,
            "notes": list(
                dict.fromkeys(note for table in tables.values() for note in (*table.notes, *flagged))
            ),
        },
        json,
        render,
    )


def list_cells(cells: Cells, *, signed: bool = False) -> list[list[str]]:
    """One row an estimator and regressor; ``signed`` for differences."""
    form = "+.1f" if signed else ".1f"
    return [
        [
            f"{estimator}, {regressor}",
            *_describe_interval(cell.mpjpe, form),
            *_describe_interval(cell.pa_mpjpe, form),
        ]
        for estimator, row in cells.items()
        for regressor, cell in row.items()
    ]


def _describe_interval(interval: Interval, form: str) -> tuple[str, str]:
    span = f"{interval.low:{form}} to {interval.high:{form}}" if interval.known else "-"
    return f"{interval.value:{form}}", span


def _print_actions(table: Table, console: Console) -> None:
    for estimator, parts in table.actions.items():
        rows = [
            [name, *(f"{mpjpe:.1f} / {pa_mpjpe:.1f}" for mpjpe, pa_mpjpe in row.values())]
            for name, row in [*parts.cells.items(), ("mean over actions", parts.mean)]
        ]
        title = f"{estimator} by action, MPJPE / PA-MPJPE, mm"
        console.print(make_table(title, ["action", *parts.mean], rows))
