"""Whose bodies an audit lays over the labels: an estimator's, and those of a run, which has seen them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.errors import ProjectError
from core.project.runs import RunRecord

if TYPE_CHECKING:
    from core.project.project import Project


def choose_sources(project: Project, source: str | None) -> tuple[str, RunRecord | None]:
    """The estimator that has not seen the labels, and the run that has, if any.

    Without ``source`` the run is the surest witness of those that are done: one whose views share bodies;
    then the one with most bodies; then the newest.

    Raises:
        ProjectError: there are no estimates, or no such source.
    """
    estimators = project.estimators()
    if not estimators:
        raise ProjectError(f"{project.path}: has no estimates, against which labels are audited; import some")
    if source is not None:
        name = project.find_source(source)
        if name in estimators:
            return name, None
        return estimators[0], next(run for run in project.runs() if run.name == name)
    done = [run for run in reversed(project.runs()) if run.state == "done"]
    best = max(
        done, key=lambda run: (run.shares_bodies, int(project.bodies_present(run.name).sum())), default=None
    )
    return estimators[0], best
