"""The flags of every position of the journal are known, and those that a regressor was fitted without."""

from __future__ import annotations

import json

import pytest

from app.cli.main import main
from core.errors import ProjectError
from core.optimize.refit import refit_regressor
from core.project.fitted_flags import compare_flags
from core.project.flag_history import list_flags_at
from core.project.flags import Flag, add_flag, remove_flag
from core.project.project import Project


def test_every_position_is_told_through_undo_and_redo(project):
    states = [project.flags()]

    def remember() -> None:
        states.append(project.flags())

    first = add_flag(project, Flag("S5", "RAnkle", None, None, "slid"))
    remember()
    add_flag(project, Flag("S11", "LKnee", "Posing-1", (5, 64), "jumps"))
    remember()
    remove_flag(project, first.id)
    remember()
    for turn in (project.journal.undo, project.journal.undo, project.journal.redo):
        turn()
        remember()
    told = [list_flags_at(project, position) for position in range(len(states))]
    assert [sorted(flags, key=str) for flags in told] == [sorted(flags, key=str) for flags in states]
    with pytest.raises(ProjectError, match="has no journal position 7; it has 0 to 6"):
        list_flags_at(project, 7)


def test_what_a_regressor_was_fitted_without_is_listed(project_copy, capsys):
    path = str(project_copy)
    assert main(["flag", path, "add", "--subject", "S5", "--joint", "RAnkle", "--reason", "slid"]) == 0
    assert main(["refit", path, "--source", "initial", "--name", "J_spin"]) == 0
    assert main(["flag", path, "remove", "F1"]) == 0
    assert main(["refit", path, "--source", "initial", "--name", "J_all", "--include-flagged"]) == 0

    def list_joints(*words: str) -> list[str]:
        capsys.readouterr()
        assert main(["flag", path, "list", *words, "--json"]) == 0
        return [flag["joint"] for flag in json.loads(capsys.readouterr().out)["flags"]]

    assert list_joints() == []
    assert list_joints("--at", "1") == ["RAnkle"]
    assert list_joints("--at", "J_spin") == ["RAnkle"]
    assert list_joints("--at", "J_all") == list_joints("--at", "J_std") == []
    assert main(["flag", path, "list", "--at", "J_none"]) == 1
    assert main(["flag", path, "remove", "F1", "--at", "1"]) == 2


def test_a_regressor_tells_when_other_flags_stand_than_when_it_was_fitted(project_copy):
    with Project.open(project_copy) as project:
        ankle = add_flag(project, Flag("S5", "RAnkle", None, None, "slid"))
        fitted = refit_regressor(project, source="initial", name="J_spin")

        def tell() -> str:
            told = compare_flags(project, fitted)
            assert told is not None
            return told.sentence

        assert tell() == "fitted without S5 RAnkle"
        add_flag(project, Flag("S9", "LAnkle", None, None, "a test subject, which no fit uses"))
        assert tell() == "fitted without S5 RAnkle"
        project.journal.undo()
        remove_flag(project, ankle.id)
        withdrawn = "fitted without S5 RAnkle; flags have changed since: S5 RAnkle flagged no more"
        assert tell() == withdrawn
        # Taken back, or made again with other words, the flags are the same as they were.
        project.journal.undo()
        assert tell() == "fitted without S5 RAnkle"
        remove_flag(project, ankle.id)
        add_flag(project, Flag("S5", "RAnkle", None, None, "in other words"))
        assert tell() == "fitted without S5 RAnkle"
        add_flag(project, Flag("S6", "Neck", None, None, "off"))
        assert tell().endswith("; flags have changed since: S6 Neck flagged now")

        whole = refit_regressor(project, source="initial", name="J_all", include_flagged=True)
        told = compare_flags(project, whole)
        assert (told.sentence, told.changed) == ("fitted with flagged labels left in", False)
        assert compare_flags(project, project.read_regressor("J_std")) is None
