"""Which bodies are shown: the initial ones, another estimator's, or a run's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PyQt6.QtWidgets import QComboBox

from app.session.changes import Change
from app.session.session import Session


class BodyChoice(QComboBox):
    """A list of the sources of bodies.

    Args:
        session: what is shown.
        invoke: runs a command by id with JSON arguments.
    """

    def __init__(self, session: Session, invoke: Callable[..., Any]) -> None:
        super().__init__()
        self._session = session
        self.setAccessibleName("Bodies shown")
        self.setToolTip("Which bodies are shown")
        self.setMinimumWidth(140)
        self.activated.connect(lambda index: invoke("bodies.show", source=self.itemData(index)))
        self.refresh(Change.everything())

    def refresh(self, change: Change) -> None:
        """Follow the shown source, and the runs that jobs make."""
        if change & Change.RUNS:
            self._list_sources()
        if change & Change.FRAME:
            self.setCurrentIndex(self.findData(self._session.body_source))

    def _list_sources(self) -> None:
        project = self._session.project
        first, *others = project.estimators() or ["initial"]
        self.clear()
        self.addItem(f"Initial ({first})", "initial")
        for name in others:
            self.addItem(f"Estimator {name}", name)
        for run in self._session.runs:
            self.addItem(f"Run {run}", run)
        self.setCurrentIndex(self.findData(self._session.body_source))
