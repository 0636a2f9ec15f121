"""Sources of bodies as a person chooses among them."""

from __future__ import annotations

from app.session.session import Session


def list_sources(session: Session) -> tuple[tuple[str, str], ...]:
    """Titles and names: the runs, newest first, then the estimators."""
    first, *others = session.project.estimators() or ["initial"]
    return (
        *((f"Run {run}", run) for run in reversed(session.runs)),
        (f"Initial ({first})", "initial"),
        *((f"Estimator {name}", name) for name in others),
    )
