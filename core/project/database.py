"""``project.sqlite``: the index of everything that is no large array, and its versions.

Format version history: 1, the first; 2, findings, reviews and what an audit samples; 3, runs whose bodies lie
in blocks; 4, accepted versions of regressors.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core.errors import ProjectError
from core.project.write_error import make_write_error

FILE_NAME = "project.sqlite"


def _add_findings(connection: sqlite3.Connection) -> None:
    for statement in (
        "ALTER TABLE flags ADD COLUMN finding TEXT",
        "CREATE TABLE audits (position INTEGER PRIMARY KEY AUTOINCREMENT, provenance TEXT NOT NULL)",
        "CREATE TABLE findings (rank INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, content TEXT NOT NULL)",
        "CREATE TABLE reviews (finding_id TEXT NOT NULL, decision TEXT NOT NULL, note TEXT NOT NULL,"
        " reviewer TEXT NOT NULL, created TEXT NOT NULL, PRIMARY KEY (finding_id, reviewer))",
        "CREATE TABLE samples (position INTEGER PRIMARY KEY, frame TEXT NOT NULL UNIQUE)",
    ):
        connection.execute(statement)


def _add_blocks(connection: sqlite3.Connection) -> None:
    for statement in (
        "ALTER TABLE runs ADD COLUMN layout TEXT",
        "ALTER TABLE runs ADD COLUMN round INTEGER NOT NULL DEFAULT 0",
        "CREATE TABLE blocks (run TEXT NOT NULL, round INTEGER NOT NULL, number INTEGER NOT NULL,"
        " attempts INTEGER NOT NULL, seconds REAL NOT NULL, worker TEXT NOT NULL, found TEXT NOT NULL,"
        " finished TEXT NOT NULL, PRIMARY KEY (run, round, number)) WITHOUT ROWID",
    ):
        connection.execute(statement)


def _add_accepted(connection: sqlite3.Connection) -> None:
    connection.execute(
        "CREATE TABLE accepted (name TEXT PRIMARY KEY, version INTEGER NOT NULL,"
        " FOREIGN KEY (name, version) REFERENCES regressors (name, version)) WITHOUT ROWID"
    )


#: One function a version, in order: entry i brings a database of version i + 1 to version i + 2.
MIGRATIONS: list[Callable[[sqlite3.Connection], None]] = [_add_findings, _add_blocks, _add_accepted]

#: Seconds to wait for another writer, which holds the database for milliseconds.
_BUSY_TIMEOUT = 30.0

#: Of version 1; the migrations make the rest.
_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE cameras (
    subject TEXT NOT NULL, name TEXT NOT NULL, parameters TEXT NOT NULL,
    PRIMARY KEY (subject, name)) WITHOUT ROWID;
CREATE TABLE shots (
    position INTEGER PRIMARY KEY, subject TEXT NOT NULL, action TEXT NOT NULL, camera TEXT NOT NULL,
    frames INTEGER NOT NULL CHECK (frames > 0), UNIQUE (subject, action, camera),
    FOREIGN KEY (subject, camera) REFERENCES cameras (subject, name));
CREATE TABLE frames (row INTEGER PRIMARY KEY, image TEXT NOT NULL, mask TEXT);
CREATE TABLE estimates (
    name TEXT PRIMARY KEY, position INTEGER NOT NULL UNIQUE, provenance TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE regressors (
    position INTEGER PRIMARY KEY, name TEXT NOT NULL, version INTEGER NOT NULL, file TEXT NOT NULL UNIQUE,
    created TEXT NOT NULL, UNIQUE (name, version));
CREATE TABLE runs (
    name TEXT PRIMARY KEY, state TEXT NOT NULL, progress REAL NOT NULL, settings TEXT NOT NULL,
    shares_bodies INTEGER NOT NULL, details TEXT NOT NULL, provenance TEXT NOT NULL,
    created TEXT NOT NULL, updated TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE flags (
    id TEXT PRIMARY KEY, subject TEXT NOT NULL, joint TEXT NOT NULL, action TEXT,
    first_frame INTEGER, last_frame INTEGER, reason TEXT NOT NULL, reviewer TEXT NOT NULL,
    created TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE journal (
    position INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, payload TEXT NOT NULL,
    inverse_kind TEXT NOT NULL, inverse_payload TEXT NOT NULL,
    refers_to INTEGER REFERENCES journal (position), created TEXT NOT NULL, code_version TEXT NOT NULL);
CREATE TRIGGER journal_keeps_entries BEFORE DELETE ON journal
    BEGIN SELECT RAISE (ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_keeps_content BEFORE UPDATE ON journal
    BEGIN SELECT RAISE (ABORT, 'the journal is append-only'); END;
"""


class OutdatedError(ProjectError):
    """An older version wrote the project, and it may only be read."""


class Database:
    """Connections to one ``project.sqlite``, one a thread.

    A transaction is on disk when it ends (write-ahead log, ``synchronous=FULL``): neither ``kill -9`` nor a
    power cut loses a confirmed edit.

    Args:
        folder: the project folder.
        read_only: never write; works on read-only media.
        snapshot: read this copy of the database (:meth:`write_snapshot`) instead; never writes.

    Raises:
        OutdatedError: an older version wrote it, and it may only be read.
        ProjectError: there is no database, it is damaged, or a newer version wrote it.
    """

    def __init__(self, folder: Path, *, read_only: bool = False, snapshot: Path | None = None) -> None:
        self.path = folder / FILE_NAME
        self.read_only = read_only or snapshot is not None
        self._snapshot = snapshot
        self._local = threading.local()
        if not self.path.is_file():
            raise ProjectError(
                f"{folder}: is no Jointlens project (it has no {FILE_NAME}); see import and demo"
            )
        try:
            self._check_version()
        except sqlite3.DatabaseError as error:
            self.close()
            raise make_write_error(self.path, error, verb="opened") from error
        except ProjectError:
            self.close()
            raise

    @classmethod
    def create(cls, folder: Path) -> Database:
        """Make an empty database in an existing folder."""
        path = folder / FILE_NAME
        connection = sqlite3.connect(path, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.executescript(_SCHEMA)
            for migrate in MIGRATIONS:
                migrate(connection)
            connection.execute("INSERT INTO meta VALUES ('format_version', ?)", (str(1 + len(MIGRATIONS)),))
        finally:
            connection.close()
        return cls(folder)

    @property
    def is_snapshot(self) -> bool:
        """Whether a copy of the database is read."""
        return self._snapshot is not None

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's connection; statements outside :meth:`transaction` stand alone."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._connect()
            self._local.connection = connection
        return connection

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing, and alone among writers of every process; must not be nested.

        Raises:
            ProjectError: the project is open read-only, or cannot be written.
        """
        self.check_writable()
        connection = self.connection
        try:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                if connection.in_transaction:  # a full disk has SQLite roll back by itself
                    connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
        except (OSError, sqlite3.OperationalError) as error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise make_write_error(self.path, error) from error

    def check_writable(self) -> None:
        """Raise ProjectError where the project is open read-only."""
        if self.read_only:
            raise ProjectError(
                f"{self.path.parent}: is open read-only; close the other window that edits it if there is "
                "one, or copy the folder to where you may write"
            )

    def read_meta(self) -> dict[str, Any]:
        """What the project is, by name; of it, edits change the test subjects alone."""
        return {
            key: json.loads(value) for key, value in self.connection.execute("SELECT key, value FROM meta")
        }

    def write_snapshot(self, path: Path) -> None:
        """Copy the database as it is into one file that nothing will change.

        Other processes can read it from media that know no locks or shared memory, as network file systems.

        Raises:
            ProjectError: it cannot be written.
        """
        partial = path.with_name(f"{path.name}.partial")
        partial.unlink(missing_ok=True)
        try:
            copy = sqlite3.connect(partial, isolation_level=None)
            try:
                self.connection.backup(copy)
                copy.execute("PRAGMA journal_mode=DELETE")
            finally:
                copy.close()
            partial.replace(path)
        except (OSError, sqlite3.OperationalError) as error:
            partial.unlink(missing_ok=True)
            raise make_write_error(path, error) from error

    def close(self) -> None:
        """Let go of the connections of all threads.

        Another thread's is closed when that thread is done with it: SQLite crashes where a connection is
        closed in the middle of a statement.
        """
        own: sqlite3.Connection | None = getattr(self._local, "connection", None)
        self._local = threading.local()
        if own is not None:
            own.close()

    def _connect(self) -> sqlite3.Connection:
        if self._snapshot is not None:
            address = self._snapshot.resolve().as_uri()
            return sqlite3.connect(
                f"{address}?immutable=1", isolation_level=None, check_same_thread=False, uri=True
            )
        if not self.read_only:
            connection = sqlite3.connect(
                self.path, timeout=_BUSY_TIMEOUT, isolation_level=None, check_same_thread=False
            )
            connection.execute("PRAGMA foreign_keys=ON")
            connection.execute("PRAGMA synchronous=FULL")
            return connection
        address = self.path.resolve().as_uri()
        connection = sqlite3.connect(
            f"{address}?mode=ro",
            timeout=_BUSY_TIMEOUT,
            isolation_level=None,
            check_same_thread=False,
            uri=True,
        )
        try:
            connection.execute("SELECT 1 FROM meta").fetchone()
        except sqlite3.OperationalError:
            # A write-ahead log needs a shared-memory file, which read-only media cannot hold.
            connection.close()
            connection = sqlite3.connect(
                f"{address}?immutable=1", isolation_level=None, check_same_thread=False, uri=True
            )
        return connection

    def _check_version(self) -> None:
        version, newest = self.read_meta()["format_version"], 1 + len(MIGRATIONS)
        if version > newest:
            raise ProjectError(
                f"{self.path.parent}: has format version {version}, this Jointlens reads up to {newest}; "
                "update it"
            )
        if version < newest and self.read_only:
            raise OutdatedError(
                f"{self.path.parent}: has the old format version {version} and cannot be written here; "
                "copy it to where it can be, and open the copy, which updates it"
            )
        for number in range(version, newest):
            with self.transaction() as connection:
                MIGRATIONS[number - 1](connection)
                connection.execute(
                    "UPDATE meta SET value = ? WHERE key = 'format_version'", (str(number + 1),)
                )
