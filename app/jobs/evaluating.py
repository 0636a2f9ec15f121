"""Tables of errors in the words in which the window shows them."""

from __future__ import annotations

from collections.abc import Mapping

from app.session.evaluation import Evaluation, EvaluationPart
from core.evaluate.bootstrap import Interval
from core.evaluate.table import Cells, Table
from core.evaluate.table_files import format_csv, format_latex


def describe_tables(tables: Mapping[str, Table]) -> Evaluation:
    """One protocol's table; its notes once each."""
    ((name, table),) = tables.items()
    parts = [EvaluationPart("Errors, mm", _list_cells(table.cells, ".1f"))]
    for reference, cells in table.distinct_differences.items():
        parts.append(EvaluationPart(f"Minus {reference}, mm", _list_cells(cells, "+.1f")))
    return Evaluation(
        f"{name}: {table.title}",
        tuple(parts),
        tuple(dict.fromkeys(table.notes)),
        format_csv(tables),
        format_latex(tables),
    )


def _list_cells(cells: Cells, form: str) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (estimator, regressor, *_describe(cell.mpjpe, form), *_describe(cell.pa_mpjpe, form))
        for estimator, row in cells.items()
        for regressor, cell in row.items()
    )


def _describe(interval: Interval, form: str) -> tuple[str, str]:
    """The figure and its interval, minus signs as printed."""
    span = f"{interval.low:{form}} to {interval.high:{form}}" if interval.known else "–"
    return f"{interval.value:{form}}".replace("-", "−"), span.replace("-", "−")
