"""Flags are edits: on disk at once, undone and redone across restarts, never forgotten."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.errors import DatasetError, ProjectError
from core.project.flags import Flag, add_flag, remove_flag
from core.project.project import Project

ANKLE = Flag("S5", "RAnkle", reason="off in all actions", reviewer="me")
ROOT = Path(__file__).parents[3]


def list_kinds(project: Project) -> list[tuple[str, int | None]]:
    return [(entry.kind, entry.refers_to) for entry in project.journal.entries()]


def test_a_flag_gets_its_id_time_and_the_joints_spelling(project: Project) -> None:
    added = add_flag(
        project, Flag("S5", "rankle", action="Walking-1", frames=(2, 9), reason="slipped", reviewer="me")
    )
    assert (added.id, added.joint) == ("F1", "RAnkle")
    assert added.created.endswith("+00:00")
    assert project.flags() == [added]
    assert Flag.from_dict(added.to_dict()) == added


def test_a_flag_covers_its_subject_action_and_frames(project: Project) -> None:
    add_flag(project, Flag("S5", "RAnkle", action="Walking-1", frames=(2, 9), reason="r"))
    rows = np.arange(len(project.keys))
    mask = project.flag_mask(rows)
    covered = {str(project.keys[row]) for row in np.flatnonzero(mask[:, 3])}
    assert covered == {
        f"S5/Walking-1/{camera}/{number:06d}" for camera in ("54138969", "60457274") for number in (2, 9)
    }
    assert mask.sum() == 4
    np.testing.assert_array_equal(project.flag_mask(rows[::-2]), mask[::-2])


def test_a_subjects_flag_covers_all_of_its_actions_and_no_other_subject(project: Project) -> None:
    add_flag(project, ANKLE)
    flagged = project.flag_mask(np.arange(len(project.keys)))[:, 3]
    assert {project.keys[row].subject for row in np.flatnonzero(flagged)} == {"S5"}
    assert flagged.sum() == len(project.rows_of("S5"))


@pytest.mark.parametrize(
    ("flag", "there"),
    [
        (Flag("s5", "RAnkle"), "S5, S11"),
        (Flag("S5", "RAnkle", action="Eating-1"), "Walking-1, Walking-2"),
        (Flag("S5", "RAnkle", frames=(500, 600)), "frames 1 to 9"),
    ],
)
def test_a_flag_of_nothing_is_refused(project: Project, flag: Flag, there: str) -> None:
    with pytest.raises(ProjectError, match=f"there is nothing to flag: .*; it has {there}$"):
        add_flag(project, flag)
    with pytest.raises(DatasetError, match="'toe' is no joint of h36m-17"):
        add_flag(project, Flag("S5", "toe"))
    with pytest.raises(ProjectError, match="frames 1 to 9999999999: numbers go up to 2147483647"):
        add_flag(project, Flag("S5", "RAnkle", frames=(1, 9_999_999_999)))
    assert project.journal.entries() == []


def test_undo_and_redo_are_entries_of_their_own(project: Project) -> None:
    flag = add_flag(project, ANKLE)
    undone = project.journal.undo()
    assert undone is not None
    assert project.flags() == []
    assert list_kinds(project) == [("flag.add", None), ("undo", 1)]
    project.journal.redo()
    assert project.flags() == [flag]
    assert list_kinds(project) == [("flag.add", None), ("undo", 1), ("redo", 1)]
    assert project.journal.position == 3
    assert project.journal.redo() is None


def test_undo_goes_back_through_everything_and_redo_forward(project: Project) -> None:
    first, second = add_flag(project, ANKLE), add_flag(project, Flag("S11", "LWrist", reason="r"))
    remove_flag(project, first.id)
    states = [[second]]
    for _ in range(3):
        project.journal.undo()
        states.append(project.flags())
    assert states == [[second], [first, second], [first], []]
    assert project.journal.undo() is None
    for expected in ([first], [first, second], [second]):
        project.journal.redo()
        assert project.flags() == expected
    assert project.journal.redo() is None


def test_a_new_edit_ends_redo(project: Project) -> None:
    add_flag(project, ANKLE)
    project.journal.undo()
    other = add_flag(project, Flag("S11", "LWrist", reason="r"))
    assert other.id == "F3"
    assert project.journal.redo() is None
    assert project.flags() == [other]


def test_undo_works_across_restarts(project_path: Path) -> None:
    with Project.open(project_path) as project:
        add_flag(project, ANKLE)
    with Project.open(project_path) as project:
        assert len(project.flags()) == 1
        project.journal.undo()
    with Project.open(project_path) as project:
        assert project.flags() == []
        project.journal.redo()
        assert len(project.flags()) == 1


def test_a_flag_that_is_not_there_cannot_be_removed(project: Project) -> None:
    add_flag(project, ANKLE)
    with pytest.raises(ProjectError, match="'F7' is no flag of the project; it has F1"):
        remove_flag(project, "F7")


def test_the_journal_is_append_only(project: Project) -> None:
    add_flag(project, ANKLE)
    for statement in ("DELETE FROM journal", "UPDATE journal SET payload = '{}'"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            project.database.connection.execute(statement)


def test_an_edit_of_a_newer_version_is_told(project: Project) -> None:
    from core.project.journal import Edit

    with pytest.raises(ProjectError, match=r"'review\.add' is no edit that this version knows"):
        project.journal.append("review.add", {}, Edit("review.remove", {}))
    assert project.journal.position == 0


def test_a_failing_edit_changes_nothing(project: Project) -> None:
    from core.project.journal import Edit

    with pytest.raises(ProjectError, match="flag F9 is gone already"):
        project.journal.append("flag.remove", {"id": "F9"}, Edit("flag.add", {}))
    assert project.journal.entries() == []


def test_an_exported_number_can_name_its_position(project: Project) -> None:
    add_flag(project, ANKLE)
    provenance = project.provenance()
    assert provenance["journal_position"] == 1
    assert provenance["project"] == project.id
    assert provenance["synthetic"]
    assert provenance["code_version"]


def test_kill_minus_nine_loses_no_confirmed_edit(project_path: Path) -> None:
    code = (
        "import os, signal, sys\n"
        "from core.project.project import Project\n"
        "from core.project.flags import Flag, add_flag\n"
        "project = Project.open(sys.argv[1], exclusive=True)\n"
        "for number in range(3):\n"
        "    print(add_flag(project, Flag('S5', 'RAnkle', reason=str(number))).id, flush=True)\n"
        "project.database.connection.execute('BEGIN IMMEDIATE')\n"
        'project.database.connection.execute("DELETE FROM flags")\n'
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, str(project_path)], cwd=ROOT, capture_output=True, text=True
    )
    assert ended.returncode == -signal.SIGKILL
    assert ended.stdout.split() == ["F1", "F2", "F3"]
    with Project.open(project_path, exclusive=True) as project:
        assert not project.locked_by_other
        assert [flag.id for flag in project.flags()] == ["F1", "F2", "F3"]
        assert project.journal.position == 3


def test_two_processes_append_in_turn(project_path: Path) -> None:
    code = (
        "import sys\n"
        "from core.project.project import Project\n"
        "from core.project.flags import Flag, add_flag\n"
        "with Project.open(sys.argv[1]) as project:\n"
        "    for _ in range(5):\n"
        "        add_flag(project, Flag('S5', 'RAnkle', reason='r'))\n"
    )
    writers = [subprocess.Popen([sys.executable, "-c", code, str(project_path)], cwd=ROOT) for _ in range(2)]
    assert [writer.wait() for writer in writers] == [0, 0]
    with Project.open(project_path) as project:
        assert [flag.id for flag in project.flags()] == [f"F{number}" for number in range(1, 11)]
