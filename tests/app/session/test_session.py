from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from app.commands.command import Workspace
from app.commands.edits import undo_edit
from app.commands.frames import toggle_playback
from app.session.changes import Change
from app.session.frame_data import FrameData, load_frame
from app.session.optimisation import BodySnapshot, OptimisationState, Variant
from app.session.session import Session
from core.errors import ProjectError, SettingsError
from core.project.flags import Flag, add_flag
from core.project.project import Project
from core.types import FloatArray


@pytest.fixture
def project(project_copy: Path) -> Iterator[Project]:
    with Project.open(project_copy) as opened:
        yield opened


@pytest.fixture
def session(project: Project) -> Session:
    return Session(project)


@pytest.fixture
def told(session: Session) -> list[Change]:
    changes: list[Change] = []
    session.changed.connect(changes.append)
    return changes


def load(session: Session, row: int) -> FrameData:
    return load_frame(
        session.project, row, source="initial", regressors=session.regressors, mesh=session.mesh
    )


def test_each_mutation_tells_once_what_it_changed(session: Session, told: list[Change]) -> None:
    session.go_to(3)
    session.appearance.toggle_layer("mask")
    session.appearance.toggle_layer("J_std")
    session.appearance.set_camera_view("top")
    session.select_joint(3)
    session.set_terms(session.terms.with_term("silhouette", on=False))
    session.paint_regressor("J_std", 3)
    session.refresh_flags()
    session.appearance.set_theme("light")
    session.set_status("said")
    assert told == [
        Change.FRAME,
        Change.LAYERS,
        Change.LAYERS | Change.REGRESSORS,
        Change.CAMERA_VIEW,
        Change.SELECTION,
        Change.TERMS,
        Change.PAINT,
        Change.FLAGS | Change.FINDINGS,
        Change.THEME,
        Change.STATUS,
    ]


def test_nothing_is_told_where_nothing_changes(session: Session, told: list[Change]) -> None:
    session.go_to(session.row)
    session.select_joint(None)
    assert told == []


def test_a_layer_is_toggled_or_set(session: Session) -> None:
    session.appearance.toggle_layer("mask")
    assert "mask" in session.appearance.layers
    session.appearance.toggle_layer("mask")
    assert "mask" not in session.appearance.layers
    session.appearance.toggle_layer("J_std", shown=True)
    assert session.appearance.shown_regressors == ("J_std",)
    session.appearance.toggle_layer("J_std", shown=False)
    assert session.appearance.shown_regressors == ()


def test_what_does_not_exist_is_refused_with_what_does(session: Session, told: list[Change]) -> None:
    with pytest.raises(SettingsError, match=r"'fog' is no layer; there are image, .*J_std"):
        session.appearance.toggle_layer("fog")
    with pytest.raises(SettingsError, match=r"no regressor is called 'J_x'; there are J_std"):
        session.paint_regressor("J_x", 0)
    with pytest.raises(SettingsError, match="J_x"):
        session.paint_regressor("J_std", 0, minus="J_x")
    with pytest.raises(ProjectError, match=r"'nobody' is no estimator or run"):
        session.show_bodies("nobody")
    assert told == []


def test_a_frame_that_is_no_longer_asked_for_is_dropped(session: Session, told: list[Change]) -> None:
    session.go_to(2)
    session.receive_frame(load(session, 1))
    assert session.frame_data is None
    session.receive_frame(load(session, 2))
    assert session.frame_data is not None
    assert session.frame_data.key == session.key
    assert told == [Change.FRAME, Change.FRAME_DATA]


def show_live(session: Session, vertices: FloatArray) -> None:
    variant = Variant("A", "", session.terms, status="running")
    session.set_optimisation(OptimisationState("ready", (0,), variants=(variant,), active="A"))
    session.show_snapshots({"A": BodySnapshot(1, vertices, row=0)})


def test_the_live_body_is_shown_on_its_own_frame_only(session: Session) -> None:
    session.receive_frame(load(session, 0))
    stored = session.shown.vertices
    assert stored is not None
    moved = (stored + np.float32(0.01)).astype(np.float32)
    show_live(session, moved)
    assert session.shown.vertices is moved
    joints, before = session.shown.joints("J_std"), session.frame_data.joints["J_std"]  # type: ignore[union-attr]
    np.testing.assert_allclose(joints, before + 0.01, atol=1e-5)
    session.go_to(1)
    session.receive_frame(load(session, 1))
    assert not session.shown.live
    assert session.shown.frame is session.frame_data


@pytest.mark.parametrize("phase", ["off", "starting", "failed"])
def test_a_run_that_is_over_or_new_shows_the_stored_body(session: Session, phase: str) -> None:
    session.receive_frame(load(session, 0))
    stored = session.shown.vertices
    assert stored is not None
    show_live(session, stored + np.float32(1))
    session.set_optimisation(OptimisationState(phase, (0,)))  # type: ignore[arg-type]
    assert session.shown.vertices is stored


def test_a_flag_is_seen_on_the_shown_frame_at_once(session: Session, project: Project) -> None:
    session.receive_frame(load(session, 0))
    add_flag(project, Flag(session.key.subject, "RAnkle", reason="shifted"))
    session.refresh_flags()
    assert session.flags[0].joint == "RAnkle"
    assert session.frame_data is not None
    assert np.flatnonzero(session.frame_data.flagged).tolist() == [project.joint_set.index("RAnkle")]


def test_a_second_window_is_told_that_it_cannot_edit(project_copy: Path) -> None:
    with Project.open(project_copy, exclusive=True), Project.open(project_copy, exclusive=True) as second:
        assert "read-only" in Session(second).status


def test_playback_at_the_end_of_a_shot_begins_at_its_start(session: Session) -> None:
    shot = session.project.keys.shots[1]
    workspace = Workspace(session, jobs=None)  # type: ignore[arg-type]
    session.go_to(shot.start + 1)
    toggle_playback(workspace)
    assert (session.playing, session.row) == (True, shot.start + 1)
    toggle_playback(workspace)
    session.go_to(shot.stop - 1)
    toggle_playback(workspace)
    assert (session.playing, session.row) == (True, shot.start)


def test_edits_of_another_program_are_shown_before_anything_is_undone(
    session: Session, project_copy: Path
) -> None:
    with Project.open(project_copy) as elsewhere:
        flag = add_flag(elsewhere, Flag("S5", "RAnkle", reason="behind"))
    assert session.flags == ()
    undo_edit(Workspace(session, jobs=None))  # type: ignore[arg-type]
    assert [known.id for known in session.flags] == [flag.id]
    assert session.status.startswith("Another program has edited")
    assert not session.take_over_edits()
    undo_edit(Workspace(session, jobs=None))  # type: ignore[arg-type]
    assert session.flags == ()
