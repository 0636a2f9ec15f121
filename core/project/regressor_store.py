"""``regressors/``: every version of every regressor, each one safetensors file that never changes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.errors import ProjectError
from core.project.database import Database
from core.project.journal import now
from core.project.naming import check_name
from core.regressor.record import Regressor
from core.regressor.record_file import load_record, save_record

FOLDER_NAME = "regressors"


@dataclass(frozen=True)
class RegressorVersion:
    """One version of a regressor.

    Attributes:
        name: e.g. ``J_spin``.
        version: counts from 1, the oldest.
        created: UTC, ISO 8601.
        accepted: whether a person decided that the name means this one.
    """

    name: str
    version: int
    created: str
    accepted: bool = False


class RegressorStore:
    """The regressors of one project.

    Args:
        database: the project's.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._folder = database.path.parent / FOLDER_NAME

    def names(self) -> list[str]:
        """In the order in which they first came."""
        rows = self._database.connection.execute(
            "SELECT name FROM regressors GROUP BY name ORDER BY MIN(position)"
        )
        return [name for (name,) in rows]

    def versions(self, name: str) -> list[RegressorVersion]:
        """The history of one, oldest first."""
        rows = self._database.connection.execute(
            "SELECT regressors.version, created, accepted.version IS NOT NULL FROM regressors"
            " LEFT JOIN accepted USING (name, version) WHERE name = ? ORDER BY regressors.version",
            (name,),
        )
        return [
            RegressorVersion(name, version, created, bool(accepted)) for version, created, accepted in rows
        ]

    def read(self, name: str, version: int | None = None) -> Regressor:
        """The accepted version, the newest where none is accepted, or the one told.

        Raises:
            ProjectError: the project has no such regressor.
            RegressorError: its file is damaged.
        """
        found = self._database.connection.execute(
            "SELECT file FROM regressors WHERE name = :name AND version = COALESCE(:version,"
            " (SELECT version FROM accepted WHERE name = :name),"
            " (SELECT MAX(version) FROM regressors WHERE name = :name))",
            {"name": name, "version": version},
        ).fetchone()
        if found is None:
            which = name if version is None else f"{name}, version {version}"
            raise ProjectError(
                f"{which} is no regressor of the project; it has {', '.join(self.names()) or 'none'}: "
                "name one of these, or make it by refit"
            )
        return load_record(self._folder / found[0])

    def add(self, regressor: Regressor) -> RegressorVersion:
        """Keep a regressor as the newest version of its name."""
        check_name(regressor.name, "regressor")
        with self._database.transaction() as connection:
            self._folder.mkdir(exist_ok=True)
            newest = connection.execute(
                "SELECT COALESCE(MAX(version), 0) FROM regressors WHERE name = ?", (regressor.name,)
            ).fetchone()[0]
            added = RegressorVersion(regressor.name, newest + 1, now())
            file = f"{added.name}-{added.version:04d}.safetensors"
            # The file first: a row never names a file that is not there.
            save_record(replace(regressor, provenance={**regressor.provenance, "version": added.version}),
                        self._folder / file)  # fmt: skip
            connection.execute(
                "INSERT INTO regressors (name, version, file, created) VALUES (?, ?, ?, ?)",
                (added.name, added.version, file, added.created),
            )
        return added
