"""Accepted regressors: which version a regressor's name means, as a person decided.

Without a decision a name means its newest version. With one it means the accepted version, whatever is
refitted later, until another one is accepted or the acceptance is withdrawn.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

from core.errors import ProjectError
from core.project.journal import Applier, Edit

if TYPE_CHECKING:
    from core.project.project import Project

ACCEPT = "regressor.accept"


def accept_regressor(project: Project, name: str, version: int | None = None) -> int:
    """Have a name mean one version from now on; undone by ``project.journal.undo()``.

    Args:
        project: that has the regressor.
        name: of the regressor.
        version: of it; the newest without.

    Returns:
        The accepted version. One that was accepted before is no edit.

    Raises:
        ProjectError: there is no such regressor or version, or the project is read-only.
    """
    project.database.check_writable()
    known = _list_versions(project, name)
    if version is None:
        version = known[-1]
    if version not in known:
        raise ProjectError(f"{name} has no version {version}; it has 1 to {known[-1]}")
    _decide(project, name, version)
    return version


def withdraw_acceptance(project: Project, name: str) -> None:
    """Have a name mean its newest version again; undone by ``project.journal.undo()``.

    Raises:
        ProjectError: there is no such regressor, no version of it is accepted, or the project is read-only.
    """
    project.database.check_writable()
    _list_versions(project, name)
    if not _decide(project, name, None):
        raise ProjectError(f"no version of {name} is accepted; the name means its newest one already")


def read_accepted(connection: sqlite3.Connection) -> dict[str, int]:
    """Name -> accepted version, of the regressors of which one is accepted."""
    return dict(connection.execute("SELECT name, version FROM accepted ORDER BY name"))


def _list_versions(project: Project, name: str) -> list[int]:
    known = [entry.version for entry in project.regressor_versions(name)]
    if not known:
        has = ", ".join(project.regressor_names()) or "none"
        raise ProjectError(f"{name} is no regressor of the project; it has {has}")
    return known


def _decide(project: Project, name: str, version: int | None) -> bool:
    """Make the edit, unless it changes nothing; whether it did."""
    with project.database.transaction() as connection:
        before = read_accepted(connection).get(name)
        if version == before:
            return False
        project.journal.append_in(
            connection,
            ACCEPT,
            {"name": name, "version": version},
            Edit(ACCEPT, {"name": name, "version": before}),
        )
    return True


def _apply(connection: sqlite3.Connection, payload: dict[str, Any]) -> None:
    if payload["version"] is None:
        connection.execute("DELETE FROM accepted WHERE name = :name", payload)
    else:
        connection.execute("INSERT OR REPLACE INTO accepted VALUES (:name, :version)", payload)


APPLIERS: dict[str, Applier] = {ACCEPT: _apply}
