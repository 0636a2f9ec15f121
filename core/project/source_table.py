"""Where bodies come from: estimators, in the order in which they were imported, and runs."""

from __future__ import annotations

import json
from typing import Any

from core.errors import ProjectError
from core.project.bodies import BodyStore
from core.project.database import Database
from core.project.naming import check_name
from core.project.runs import RunTable
from core.types import BodyParameters, BoolArray

#: The first estimator's other name.
INITIAL = "initial"


class SourceTable:
    """The sources of bodies of one project: its estimators, and by their names also its runs.

    Args:
        database: the project's.
        bodies: where their bodies are kept.
        runs: the project's.
    """

    def __init__(self, database: Database, bodies: BodyStore, runs: RunTable) -> None:
        self._database = database
        self._bodies = bodies
        self._runs = runs

    def read_estimators(self) -> list[str]:
        """Names of the estimators; ``initial`` is the first one's other name."""
        rows = self._database.connection.execute("SELECT name FROM estimates ORDER BY position")
        return [name for (name,) in rows]

    def find(self, source: str) -> str:
        """The estimator or run that a name means; ``initial`` means the first estimator.

        Raises:
            ProjectError: there is no such source.
        """
        estimators = self.read_estimators()
        if source == INITIAL and estimators:
            return estimators[0]
        known = [*estimators, *(run.name for run in self._runs.read_all())]
        if source not in known:
            has = ", ".join(known) or "none"
            if estimators:
                has += f", and {INITIAL} is {estimators[0]}"
            raise ProjectError(f"{source!r} is no estimator or run of the project; it has {has}")
        return source

    def choose(self) -> str:
        """The newest finished run, else the first estimator.

        Raises:
            ProjectError: there is neither.
        """
        finished = [run.name for run in self._runs.read_all() if run.state == "done"]
        return finished[-1] if finished else self.find(INITIAL)

    def check_new(self, name: str, what: str) -> None:
        """Make sure that a new source may have a name.

        Raises:
            ProjectError: it is an estimator's or impossible, or the project is read-only.
        """
        self._database.check_writable()
        check_name(name, what)
        if name == INITIAL or name in self.read_estimators():
            raise ProjectError(f"{name!r} is an estimator of the project already; choose another name")

    def add(
        self, name: str, parameters: BodyParameters, present: BoolArray, provenance: dict[str, Any]
    ) -> None:
        """Keep an estimator's bodies for all N rows, camera frame; ``present`` (N,) tells which there are.

        Raises:
            ProjectError: the name is taken or impossible, or the project cannot be written.
        """
        self.check_new(name, "estimator")
        if name in [run.name for run in self._runs.read_all()]:
            raise ProjectError(f"{name!r} is a run of the project already; choose another name")
        self._bodies.add(name, parameters, present)
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO estimates VALUES (?, (SELECT COUNT(*) FROM estimates), ?)",
                (name, json.dumps(provenance)),
            )
