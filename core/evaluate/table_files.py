r"""Tables as files: one CSV with every figure, or LaTeX as papers print them.

The LaTeX needs the package ``booktabs``. Its tables by action have the fifteen actions of Human3.6M in the
order and with the abbreviations of the literature (Martinez et al., "A simple yet effective baseline for 3d
human pose estimation", ICCV 2017, Table 1), each action counting the same in the average.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path

from core.errors import SettingsError
from core.evaluate.breakdown import Breakdown
from core.evaluate.table import Table
from core.whole_file import open_whole

COLUMNS = (
    "protocol", "estimates", "regressor", "part", "bodies",
    "mpjpe_mm", "mpjpe_low", "mpjpe_high", "pa_mpjpe_mm", "pa_mpjpe_low", "pa_mpjpe_high",
)  # fmt: skip

#: What papers call Human3.6M's actions, in their order.
_SHORT = {
    "Directions": "Dir.", "Discussion": "Disc.", "Eating": "Eat", "Greeting": "Greet", "Phoning": "Phone",
    "Photo": "Photo", "Posing": "Pose", "Purchases": "Purch.", "Sitting": "Sit", "SittingDown": "SitD.",
    "Smoking": "Smoke", "Waiting": "Wait", "WalkDog": "WalkD.", "Walking": "Walk", "WalkTogether": "WalkT.",
}  # fmt: skip


def write_tables(tables: Mapping[str, Table], path: Path | str) -> None:
    """Write tables, by the suffix of the path.

    Raises:
        SettingsError: the suffix is neither ``.csv`` nor ``.tex``, or the file cannot be written.
    """
    path = Path(path)
    if path.suffix not in (".csv", ".tex"):
        raise SettingsError(f"{path}: tables are written as .csv or .tex")
    text = format_csv(tables) if path.suffix == ".csv" else format_latex(tables)
    try:
        with open_whole(path) as stream:
            stream.write(text.encode())
    except OSError as error:
        raise SettingsError(f"{path}: cannot be written ({error.strerror or error})") from error


def format_csv(tables: Mapping[str, Table]) -> str:
    """Every figure of some tables, a line each: ``part`` is ``all``, an action or a subject."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for protocol, table in tables.items():
        for estimator, row in table.cells.items():
            for regressor, cell in row.items():
                intervals = [
                    f"{figure:.3f}" if figure == figure else ""
                    for interval in (cell.mpjpe, cell.pa_mpjpe)
                    for figure in (interval.value, interval.low, interval.high)
                ]
                writer.writerow([protocol, estimator, regressor, "all", table.bodies[estimator], *intervals])
        for parts_of in (table.actions, table.subjects):
            for estimator, parts in parts_of.items():
                for part, cells in parts.cells.items():
                    for regressor, (mpjpe, pa_mpjpe) in cells.items():
                        figures = [f"{mpjpe:.3f}", "", "", f"{pa_mpjpe:.3f}", "", ""]
                        bodies = parts.bodies[part]
                        writer.writerow([protocol, estimator, regressor, part, bodies, *figures])
    return stream.getvalue()


def format_latex(tables: Mapping[str, Table]) -> str:
    """For every protocol Table I, and MPJPE and PA-MPJPE by action."""
    made_from = next((table.provenance for table in tables.values()), {})
    head = [
        r"% Needs \usepackage{booktabs}.",
        f"% Made from {', '.join(f'{key} {value}' for key, value in made_from.items())}.",
    ]
    blocks = (block for protocol, table in tables.items() for block in _format_protocol(protocol, table))
    return "\n".join([*head, "", *blocks])


def _format_protocol(protocol: str, table: Table) -> Iterator[str]:
    regressors = list(next(iter(table.cells.values()), {}))
    notes = " ".join(table.notes)
    yield _format_table(
        f"MPJPE / PA-MPJPE in mm, protocol {protocol}: {table.title}. {notes}",
        f"tab:{protocol}",
        ["", *regressors],
        [
            [estimator, *(f"{row[name].mpjpe_mm:.1f} / {row[name].pa_mpjpe_mm:.1f}" for name in regressors)]
            for estimator, row in table.cells.items()
        ],
    )
    actions = _order_actions(table.actions)
    for place, (figure, counted) in enumerate((("MPJPE", table.title), ("PA-MPJPE", table.counted))):
        yield _format_table(
            f"{figure} in mm by action, protocol {protocol}: {counted}. {notes}",
            f"tab:{protocol}-{figure.lower()}-by-action",
            ["", *(_SHORT.get(action, action) for action in actions), "Avg."],
            [
                [
                    f"{estimator}, {name}",
                    *(_show(parts, action, name, place) for action in actions),
                    f"{parts.mean[name][place]:.1f}",
                ]
                for estimator, parts in table.actions.items()
                for name in parts.mean
            ],
        )


def _order_actions(actions: Mapping[str, Breakdown]) -> list[str]:
    """Human3.6M's in the order of papers, then any others."""
    found = dict.fromkeys(action for parts in actions.values() for action in parts.cells)
    others = [action for action in found if action not in _SHORT]
    return [*(action for action in _SHORT if action in found), *others]


def _show(parts: Breakdown, action: str, regressor: str, place: int) -> str:
    return f"{parts.cells[action][regressor][place]:.1f}" if action in parts.cells else "--"


def _format_table(caption: str, label: str, header: list[str], rows: list[list[str]]) -> str:
    lines = [" & ".join(map(_escape, row)) + r" \\" for row in (header, *rows)]
    return "\n".join(
        [
            r"\begin{table}",
            rf"\caption{{{_escape(caption)}}}",
            rf"\label{{{label}}}",
            rf"\begin{{tabular}}{{l{'r' * (len(header) - 1)}}}",
            r"\toprule",
            lines[0],
            r"\midrule",
            *lines[1:],
            r"\bottomrule",
            r"\end{tabular}",
            r"\end{table}",
            "",
        ]
    )


def _escape(text: str) -> str:
    for sign in r"\&%$#_{}":
        text = text.replace(sign, rf"\{sign}" if sign != "\\" else r"\textbackslash ")
    return text
