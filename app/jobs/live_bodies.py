"""Brings the live run's bodies into the session: the newest as they come, earlier ones skinned anew."""

from __future__ import annotations

import numpy as np

from app.jobs.live_history import LiveHistory
from app.jobs.live_messages import Report
from app.session.optimisation import BodySnapshot, OptimisationState, Variant
from app.session.session import Session
from core.body.skinning import pose_vertices
from core.types import BodyParameters, FloatArray


class LiveBodies:
    """Keeps the shown bodies in step with what the variants' states say is shown.

    Args:
        session: takes the bodies over.
        history: parameters of every iteration.
    """

    def __init__(self, session: Session, history: LiveHistory) -> None:
        self._session = session
        self._history = history
        self._newest: dict[str, tuple[int, int, FloatArray]] = {}  # iteration, view, vertices
        self._row: int | None = None
        self._start_row: int | None = None

    @property
    def view(self) -> int | None:
        """Place of the shown frame among the run's; None where it is not one of them."""
        rows = self._session.optimisation.rows
        return rows.index(self._row) if self._row in rows else None

    def turn_to(self, row: int) -> None:
        """Make the bodies as another frame's camera sees them, for a frame that is about to be shown."""
        self._row = row
        self._session.run_view.receive_snapshots(self.find_changed(self._session.optimisation))

    def forget(self) -> None:
        """Know of no body."""
        self._newest.clear()
        self._start_row = None

    def take(self, report: Report) -> None:
        """Keep a report's vertices until the next one's."""
        if report.vertices is not None:
            newest = report.iterations[-1].energies.iteration
            self._newest[report.variant] = (newest, report.view, report.vertices)

    def show(self) -> None:
        """Hand the session what is shown now and was not before."""
        changed = self.find_changed(self._session.optimisation)
        if changed:
            self._session.show_snapshots(changed)

    def find_changed(self, run: OptimisationState) -> dict[str, BodySnapshot]:
        """Bodies that are to be shown of a run and that the session does not have yet, by variant."""
        session, view = self._session, self.view
        if view is None or run.phase != "ready":
            return {}
        row = run.rows[view]
        compared = session.run_view.layout != "single"
        changed = {}
        for variant in run.variants:
            if variant.id == run.active or (compared and variant.id not in session.run_view.hidden):
                known = session.run_view.snapshots.get(variant.id)
                if known is None or (known.iteration, known.row) != (variant.shown, row):
                    vertices = self._find(variant, view)
                    if vertices is not None:
                        changed[variant.id] = BodySnapshot(variant.shown, vertices, row)
        if self._start_row != row:
            start = self._history.get(run.active, 0)
            session.run_view.start = None if start is None else self._skin(start, view)
            self._start_row = row
        return changed

    def _find(self, variant: Variant, view: int) -> FloatArray | None:
        newest = self._newest.get(variant.id)
        if newest is not None and newest[:2] == (variant.shown, view):
            return newest[2]
        parameters = self._history.get(variant.id, variant.shown)
        return None if parameters is None else self._skin(parameters, view)

    def _skin(self, parameters: BodyParameters, view: int) -> FloatArray:
        return pose_vertices(self._session.project.body(), parameters[np.array([view])])[0]
