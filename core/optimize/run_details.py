"""What a run's record tells besides its settings: which frames, which regressor, and what went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.optimize.problem import Problem
from core.optimize.settings import Settings

if TYPE_CHECKING:
    from core.project.project import Project
    from core.project.runs import RunRecord
    from core.regressor.record import Regressor


def to_ranges(rows: NDArray[np.intp]) -> list[list[int]]:
    """Ascending rows as half-open ranges, as a run's details hold them."""
    breaks = np.flatnonzero(np.diff(rows) != 1) + 1
    return [[int(part[0]), int(part[-1]) + 1] for part in np.split(rows, breaks)]


def keep_complaints(project: Project, run: str, problem: Problem) -> None:
    """Add to the run's details what is wrong with single frames, once each."""
    if problem.complaints:
        known = next(record for record in project.runs() if record.name == run).details.get("complaints", [])
        project.update_run(run, details={"complaints": list(dict.fromkeys([*known, *problem.complaints]))})


def find_off(settings: Settings, problem: Problem, before: dict[str, str] | None) -> dict[str, str]:
    """Terms that the settings ask for and none of the bodies so far can have -> why.

    Args:
        settings: of the run.
        problem: the next bodies.
        before: what this said of the bodies before them; None where these are the first.
    """
    off = {term: why for term, why in problem.unavailable.items() if term in settings.active}
    return off if before is None else {term: why for term, why in before.items() if term in off}


def includes_flagged(record: RunRecord) -> bool:
    """Whether a run lets flagged labels take part."""
    return bool(record.details.get("include_flagged", False))


def read_run_rows(record: RunRecord) -> NDArray[np.intp]:
    """Rows that a run is to optimise, ascending."""
    return np.concatenate([np.arange(start, stop) for start, stop in record.details["rows"]])


def read_run_regressor(project: Project, record: RunRecord) -> Regressor:
    """The regressor that a run optimises with, in the version that it was started with."""
    told = record.details["regressor"]
    return project.read_regressor(told["name"], told["version"])
