"""An old project is brought up to date, a newer one is refused, and read-only media will do."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import ProjectError
from core.project import database
from core.project.acceptance import accept_regressor
from core.project.flags import Flag, add_flag
from core.project.project import Project


def set_version(project_path: Path, version: int) -> None:
    connection = sqlite3.connect(project_path / "project.sqlite")
    with connection:
        connection.execute("UPDATE meta SET value = ? WHERE key = 'format_version'", (str(version),))
    connection.close()


def test_a_newer_project_is_refused_and_not_touched(project_path: Path) -> None:
    set_version(project_path, 5)
    with pytest.raises(ProjectError, match="has format version 5, this Jointlens reads up to 4; update it"):
        Project.open(project_path)


def test_an_old_project_goes_through_every_migration(
    project_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def add_notes(connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE notes (text TEXT)")

    def fill_notes(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO notes VALUES ('migrated')")

    monkeypatch.setattr(database, "MIGRATIONS", [*database.MIGRATIONS, add_notes, fill_notes])
    with monkeypatch.context() as patch:
        patch.setattr("core.project.project.os.access", lambda path, mode: False)
        with pytest.raises(ProjectError, match="the old format version 4 and cannot"):
            Project.open(project_path)
    with Project.open(project_path, read_only=True) as project:
        assert project.read_only
        assert project.database.connection.execute("SELECT text FROM notes").fetchall() == [("migrated",)]
        assert project.database.read_meta()["format_version"] == 6
    with Project.open(project_path, read_only=True) as project:
        assert project.flags() == []


def test_a_migration_that_fails_leaves_the_old_version(
    project_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE half (text TEXT)")
        connection.execute("SELECT nothing FROM nowhere")

    with monkeypatch.context() as patch:
        patch.setattr(database, "MIGRATIONS", [*database.MIGRATIONS, fail])
        with pytest.raises(ProjectError, match="cannot be written"):
            Project.open(project_path)
    with Project.open(project_path) as project:
        tables = [name for (name,) in project.database.connection.execute("SELECT name FROM sqlite_master")]
        assert "half" not in tables


def restore(project_path: Path, version: int) -> None:
    """Put the index of an old version in the place of the project's."""
    for newer in project_path.glob("project.sqlite*"):
        newer.unlink()
    connection = sqlite3.connect(project_path / "project.sqlite")
    connection.executescript((Path(__file__).parent / f"version-{version}.sql").read_text())
    connection.close()


@pytest.mark.parametrize("version", [1, 3])
def test_an_old_project_is_brought_up_to_date(project_path: Path, version: int) -> None:
    restore(project_path, version)
    with Project.open(project_path) as project:
        assert [(flag.id, flag.reason, flag.finding) for flag in project.flags()] == [("F1", "slipped", None)]
        assert (project.findings(), project.reviews(), project.audit_provenance()) == ([], [], None)
        assert project.journal.undo()
        assert project.flags() == []


def test_regressors_of_an_old_project_can_be_accepted(project_path: Path) -> None:
    restore(project_path, 3)
    with Project.open(project_path) as project:
        assert project.accepted_version("J_spin") is None
        accept_regressor(project, "J_spin", 1)
    with Project.open(project_path) as project:
        versions = project.regressor_versions("J_spin")
        assert [(known.version, known.accepted) for known in versions] == [(1, True), (2, False)]


def test_a_damaged_index_is_told(project_path: Path) -> None:
    for extra in project_path.glob("project.sqlite-*"):
        extra.unlink()
    (project_path / "project.sqlite").write_bytes(b"no database " * 100)
    with pytest.raises(ProjectError, match=r"project\.sqlite: cannot be opened \(file is not a database\)"):
        Project.open(project_path)


def test_a_project_without_its_arrays_is_told(project_path: Path) -> None:
    (project_path / "arrays.zarr").rename(project_path / "gone")
    with pytest.raises(ProjectError, match=r"arrays\.zarr: is missing"):
        Project.open(project_path)


def test_edits_of_a_read_only_project_are_refused(project_path: Path) -> None:
    with Project.open(project_path, read_only=True) as project:
        with pytest.raises(ProjectError, match="is open read-only"):
            add_flag(project, Flag("S5", "RAnkle"))
        with pytest.raises(ProjectError, match="is open read-only"):
            project.create_run("paper", {})
        assert project.labels(project.rows_of("S5")).shape == (8, 17, 3)


def test_read_only_media_open_read_only(project_path: Path) -> None:
    """As another user, to whom nothing of the folder is writable."""
    if database.sqlite3.sqlite_version_info < (3, 22):
        pytest.skip("SQLite before 3.22 cannot read a write-ahead log without writing")
    with Project.open(project_path) as project:
        add_flag(project, Flag("S5", "RAnkle", reason="r"))
    code = (
        "import os, sys\n"
        "from core.project.project import Project\n"
        "os.access = lambda path, mode: False\n"
        "project = Project.open(sys.argv[1], exclusive=True)\n"
        "assert project.read_only and not project.locked_by_other\n"
        "assert len(project.flags()) == 1 and len(project.keys) == 12\n"
    )
    for path in [project_path, *project_path.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        ended = subprocess.run(
            [sys.executable, "-c", code, str(project_path)],
            cwd=Path(__file__).parents[3],
            capture_output=True,
        )
        assert ended.returncode == 0, ended.stderr
        assert not (project_path / "edit.lock").exists()
    finally:
        for path in [project_path, *project_path.rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)


READ_WHILE_CLOSING = """
import sys, threading
from pathlib import Path
from core.project.database import Database

database, stopped = Database.create(Path(sys.argv[1])), threading.Event()
count = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 20000) SELECT sum(x) FROM n"

def read():
    while not stopped.is_set():
        assert database.connection.execute(count).fetchone() == (200010000,)

readers = [threading.Thread(target=read) for _ in range(3)]
for reader in readers:
    reader.start()
for _ in range(200):
    database.close()
stopped.set()
for reader in readers:
    reader.join()
"""


def test_closing_leaves_threads_that_read_alone(tmp_path):
    """In a process of its own, which a connection closed in the middle of a statement would crash."""
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", READ_WHILE_CLOSING, str(tmp_path)], cwd=root, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
