from dataclasses import replace

import numpy as np
import pytest

from core.errors import ProjectError, SettingsError
from core.optimize import sequence
from core.optimize.batch import run_batch
from core.optimize.presets import get_preset
from core.optimize.refit import refit_regressor
from core.optimize.selection import select_rows, select_training_rows
from core.optimize.sequence import cut_batches
from core.optimize.translation import fill_translations
from core.project.flags import Flag, add_flag
from core.project.project import Project

QUICK = replace(get_preset("paper"), iterations=3)
ALTERNATING = replace(get_preset("jointlens"), iterations=3, rounds=1, round_iterations=2)


@pytest.fixture
def project(project_copy):
    with Project.open(project_copy) as opened:
        yield opened


@pytest.fixture
def few(project):
    """Sixteen frames of two training subjects."""
    return np.concatenate([project.rows_of("S1")[:8], project.rows_of("S5")[:8]])


def read_all(project, run, rows):
    bodies = project.read_bodies(run, rows)
    return np.concatenate([bodies.global_orient, bodies.body_pose, bodies.betas, bodies.transl], axis=1)


def test_a_run_writes_its_bodies_and_says_what_it_was_made_with(project, few):
    record = run_batch(project, "mine", QUICK, rows=few, regressor="J_std")
    assert (record.state, record.progress) == ("done", 1.0)
    assert np.array_equal(np.flatnonzero(project.bodies_present("mine")), few)
    assert record.details["scales"]["joint"] > 1
    assert record.details["regressor"] == {"name": "J_std", "version": 1}
    assert record.provenance["project"] == project.id
    moved = np.abs(read_all(project, "mine", few) - read_all(project, "spin", few))
    assert 0.001 < np.nanmedian(moved) < 0.2


def test_a_run_that_was_stopped_goes_on_to_the_same_numbers(project, few, monkeypatch):
    monkeypatch.setattr(sequence, "BATCH", 8)
    run_batch(project, "whole", QUICK, rows=few, regressor="J_std")

    def stop(done, total, message):
        if done == 8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_batch(project, "halved", QUICK, rows=few, regressor="J_std", progress=stop)
    assert {run.name: run.state for run in project.runs()}["halved"] == "paused"
    assert project.bodies_present("halved").sum() == 8
    run_batch(project, "halved", QUICK, rows=few, regressor="J_std", resume=True)
    assert np.array_equal(read_all(project, "halved", few), read_all(project, "whole", few))


@pytest.mark.parametrize("settings", [QUICK, ALTERNATING], ids=["paper", "jointlens"])
def test_done_twice_a_run_and_its_regressor_are_the_same_to_the_bit(project, few, settings):
    for name in ("first", "second"):
        run_batch(project, name, settings, rows=few, regressor="J_std")
        refit_regressor(project, source=name, name=f"J_{name}")
    assert np.array_equal(read_all(project, "first", few), read_all(project, "second", few))
    first, second = (project.read_regressor(f"J_{name}").weights for name in ("first", "second"))
    assert np.array_equal(first, second)


def test_a_run_in_rounds_goes_on_where_it_was_stopped(project, few):
    def stop(done, total, message):
        if done == 3 * total // 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_batch(project, "rounds", ALTERNATING, rows=few, regressor="J_std", progress=stop)
    record = run_batch(project, "rounds", ALTERNATING, rows=few, regressor="J_std", resume=True)
    assert record.state == "done"
    assert record.details["stopped_after_round"] in (0, 1)
    betas = project.read_bodies("rounds", few).betas
    assert np.ptp(betas[:8], axis=0).max() == 0
    assert np.ptp(betas, axis=0).max() > 0


def test_a_large_subject_gets_its_shape_from_a_sample(project, few, monkeypatch):
    monkeypatch.setattr("core.optimize.rounds.SHAPE_SAMPLE", 4)
    run_batch(project, "large", replace(ALTERNATING, rounds=0), rows=few, regressor="J_std")
    assert project.bodies_present("large")[few].all()
    assert np.ptp(project.read_bodies("large", few).betas[:8], axis=0).max() == 0


def test_a_runs_name_is_not_taken_twice(project, few):
    run_batch(project, "mine", QUICK, rows=few[:4], regressor="J_std")
    with pytest.raises(ProjectError, match="already"):
        run_batch(project, "mine", QUICK, rows=few[:4], regressor="J_std")
    with pytest.raises(SettingsError, match="other settings"):
        run_batch(project, "mine", get_preset("paper"), regressor="J_std", resume=True)
    with pytest.raises(SettingsError, match="other frames"):
        run_batch(project, "mine", QUICK, rows=few[8:], regressor="J_std", resume=True)


def test_batches_hold_every_row_once_and_stay_within_a_chunk():
    rows = np.arange(100, 1300, 2)
    cut = list(cut_batches(rows, rows))
    assert np.array_equal(np.sort(np.concatenate(cut)), rows)
    assert max(len(batch) for batch in cut) <= sequence.BATCH
    assert all(len(np.unique(batch // sequence.CHUNK)) == 1 for batch in cut)


def test_frames_are_chosen_by_patterns_of_their_keys(project):
    assert np.array_equal(select_rows(project, "S5/*"), project.rows_of("S5"))
    assert {project.keys[row].camera for row in select_rows(project, "S9/*/54138969/*")} == {"54138969"}
    assert {project.keys[row].subject for row in select_training_rows(project)} == {
        "S1",
        "S5",
        "S6",
        "S7",
        "S8",
    }
    with pytest.raises(ProjectError, match="matches no frame"):
        select_rows(project, "S2/*")


def test_a_flag_changes_the_refit_and_is_told_of(project):
    first = refit_regressor(project, source="initial", name="J_spin", leave_one_out=True)
    assert first.provenance["stability"]["without_mm"].keys() == {"S1", "S5", "S6", "S7", "S8"}
    assert 0.5 < np.mean(first.provenance["stability"]["standard_error_mm"]) < 40
    add_flag(project, Flag(subject="S5", joint="RAnkle", reason="test"))
    second = refit_regressor(project, source="initial", name="J_spin", compare=True)
    with_flagged = refit_regressor(project, source="initial", name="J_all", include_flagged=True)
    ankle = project.joint_set.index("RAnkle")
    assert np.abs(second.weights[ankle] - first.weights[ankle]).sum() > 0.01
    assert np.allclose(with_flagged.weights, first.weights, atol=1e-9)
    (effect,) = second.provenance["with_flagged"]
    assert (effect["joint"], effect["subjects"]) == ("RAnkle", ["S1", "S6", "S7", "S8"])
    assert effect["moved_mm"] > 0.1
    assert effect["interval_mm"][0] < effect["nearer_mm"] < effect["interval_mm"][1]
    assert first.provenance["with_flagged"] is None
    assert first.provenance["labels_excluded"] == 0
    assert second.provenance["labels_excluded"] == len(project.rows_of("S5"))
    assert second.provenance["journal_position"] > first.provenance["journal_position"]
    assert len(project.regressor_versions("J_spin")) == 2


def test_translations_bring_estimates_to_where_their_keypoints_are(project):
    rows = np.arange(len(project.keys))
    project.write_translations("spin", rows, np.full((len(rows), 3), np.nan, np.float32))
    assert fill_translations(project, "spin") == len(rows)
    transl = project.read_bodies("spin", rows).transl
    labels = project.labels(rows)[:, 0]
    assert np.linalg.norm(transl - labels, axis=1).mean() < 0.6
    assert transl[:, 2].min() > 1


@pytest.mark.parametrize("schedule", ["sequential", "blocks"])
def test_a_run_says_which_terms_no_body_can_have(project, few, schedule):
    project.database.connection.execute("UPDATE frames SET mask = NULL WHERE row != ?", (int(few[0]),))
    settings = replace(QUICK, schedule=schedule)
    told = run_batch(project, "one_mask", settings, rows=few, regressor="J_std").details
    assert told["off"] == {}
    told = run_batch(project, "no_mask", settings, rows=few[8:], regressor="J_std").details
    assert list(told["off"]) == ["silhouette"]
    assert "no mask" in told["off"]["silhouette"]


@pytest.mark.parametrize("schedule", ["sequential", "blocks"])
def test_a_run_may_leave_flagged_labels_in(project, few, schedule):
    settings = replace(QUICK, schedule=schedule)

    def optimize(run: str, **options) -> np.ndarray:
        run_batch(project, run, settings, rows=few, regressor="J_std", **options)
        return project.read_bodies(run, few).body_pose

    before = optimize("before")
    subject = project.keys[int(few[0])].subject
    for joint in ("RWrist", "RElbow"):
        add_flag(project, Flag(subject=subject, joint=joint, reason="test"))
    without = optimize("without")
    with_them = optimize("with_them", include_flagged=True)
    np.testing.assert_array_equal(with_them, before)
    assert np.abs(without - before).max() > 1e-4
    told = {record.name: record.details["include_flagged"] for record in project.runs()}
    assert told == {"before": False, "without": False, "with_them": True}
    assert len(project.flags()) == 2

    # A run goes on as it was started, whatever is asked; what it cannot be any more is refused.
    np.testing.assert_array_equal(optimize("with_them", resume=True), before)
    with pytest.raises(SettingsError, match="was started without the flagged labels"):
        optimize("without", include_flagged=True, resume=True)
