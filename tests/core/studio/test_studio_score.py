"""Scores of a project against the truth of its studio."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest

from app.cli.main import main
from core.body.frames import bodies_to_camera
from core.body.skinning import pose_vertices
from core.data.images import write_mask
from core.errors import DatasetError
from core.project.frame_index import FrameIndex
from core.project.project import Project
from core.regressor.record import Regressor
from core.silhouette.contour import close_mesh
from core.studio.body_score import resample_people
from core.studio.motion_score import measure_acceleration_errors
from core.studio.pose_score import TruePoses, measure_turns
from core.studio.score import score
from core.studio.silhouettes import draw_silhouette
from core.studio.truth import read_truth
from core.types import BodyParameters, FrameKey


@pytest.fixture
def studio_copy(studio_small, project_copy, tmp_path):
    """A studio whose project may be changed."""
    for name in ("dataset", "truth"):
        (tmp_path / name).symlink_to(studio_small / name)
    shutil.copytree(project_copy, tmp_path / "project")
    return tmp_path


def test_the_standard_regressor_and_all_estimates_are_far_from_the_truth(studio_small, capsys):
    assert main(["score", str(studio_small), "--json"]) == 0
    scores = json.loads(capsys.readouterr().out)
    assert scores["kind"] == "synthetic studio"
    assert scores["audit"] == {}
    standard = scores["regressors"]["J_std"]
    assert 15 < standard["to_truth_mm"] < 25
    assert np.mean(standard["per_joint_mm"]) == pytest.approx(standard["to_truth_mm"])
    initial = scores["bodies"]["initial"]
    assert 40 < initial["pve_mm"] < 120 < initial["pve_abs_mm"] < 300
    assert 0.5 < initial["iou"] < 0.85
    assert list(scores["bodies"]) == ["initial", "vibe", "meva"]
    assert initial["pve_mm"] < scores["bodies"]["meva"]["pve_mm"]


def test_masks_that_were_made_are_held_against_the_true_silhouettes(studio_copy, capsys):
    assert score(studio_copy)["masks"] == {}  # the data set's own masks are no segmenter's
    truth = read_truth(studio_copy / "truth")
    with Project.open(studio_copy / "project") as project:
        mesh, made = close_mesh(project.body().faces), {}
        for row in range(3):
            match = [truth.instants.index(project.keys[row].instant)]
            vertices = pose_vertices(project.body(), truth.parameters[np.array(match)])[0]
            silhouette = draw_silhouette(vertices.astype(np.float64), project.camera(row), mesh)
            inside = silhouette.inside.copy()
            inside[: len(inside) // 2] &= row < 2  # the last one lacks its upper half
            camera, made[row] = project.camera(row), f"masks/mine/{row}.png"
            mask = silhouette.fill(inside) if row else None
            write_mask(project.path / made[row], mask, camera.width, camera.height)
        project.use_masks(made)
    assert main(["score", str(studio_copy), "--json"]) == 0
    masks = json.loads(capsys.readouterr().out)["masks"]
    assert (masks["frames"], masks["lowest_iou"]) == (3, 0)
    assert 0.3 < masks["median_iou"] < 0.7
    assert masks["too_much"] == 0
    assert masks["mean_iou"] == pytest.approx((1 + masks["median_iou"]) / 3)
    assert main(["score", str(studio_copy)]) == 0
    assert "3 masks that were made overlap" in " ".join(capsys.readouterr().out.split())


def test_the_truth_itself_scores_perfectly(studio_copy):
    truth = read_truth(studio_copy / "truth")
    with Project.open(studio_copy / "project") as project:
        body = project.body()
        project.add_regressor(Regressor("J_true", truth.regressor, body.topology))
        project.create_run("true", {})
        rows = np.arange(len(project.keys))
        of_truth = {key: row for row, key in enumerate(truth.instants)}
        matches = np.array([of_truth[key.instant] for key in project.keys])
        cameras = [project.camera(row) for row in rows]
        world = truth.parameters[matches]
        seen = bodies_to_camera(
            world,
            body.rest_pelvis(world.betas),
            np.stack([camera.R for camera in cameras]),
            np.stack([camera.t for camera in cameras]),
        )
        project.write_bodies("true", rows, seen)
    scores = score(studio_copy)
    assert scores["regressors"]["J_true"]["to_truth_mm"] < 0.01
    bodies = scores["bodies"]["true"]
    assert bodies["pve_mm"] < 0.05
    assert bodies["pve_abs_mm"] < 0.05
    assert bodies["mpjpe_true_mm"] < 0.05
    assert bodies["iou"] > 0.999


def test_a_run_without_translations_has_no_absolute_score(studio_copy):
    with Project.open(studio_copy / "project") as project:
        rows = np.arange(8)
        bodies = project.read_bodies("initial", rows)
        project.create_run("floating", {})
        unknown = np.full((8, 3), np.nan, np.float32)
        project.write_bodies(
            "floating", rows, BodyParameters(bodies.global_orient, bodies.body_pose, bodies.betas, unknown)
        )
        project.create_run("empty", {})
    scores = score(studio_copy)["bodies"]
    assert scores["floating"]["pve_abs_mm"] is None
    assert scores["floating"]["iou"] is None
    assert scores["floating"]["pve_mm"] > 20
    assert "empty" not in scores


def test_without_the_truth_there_is_no_score(studio_copy):
    (studio_copy / "truth").unlink()
    with pytest.raises(DatasetError, match=r"truth\.npz is missing"):
        score(studio_copy)


def test_a_joint_that_nobody_holds_so_is_implausible_and_true_poses_are_not(studio_small):
    truth = read_truth(studio_small / "truth")
    poses = truth.parameters.body_pose.astype(float)
    people = TruePoses(poses, [key.sequence for key in truth.instants])
    assert (people.measure_implausible(poses) == 0).all()  # each finds itself
    assert 0 <= people.measure_own() < 0.02
    bent = poses.copy().reshape(len(poses), 23, 3)
    bent[:, 3] = [-2.0, 0, 0]  # left knees, forwards
    assert people.measure_implausible(bent.reshape(poses.shape)) == pytest.approx(1 / 23)
    assert np.isnan(TruePoses(poses, ["S1/Walking"] * len(poses)).measure_own())


def test_the_angle_off_the_true_rotations_is_a_mean_over_the_joints():
    true = np.random.default_rng(0).normal(size=(4, 69))
    assert measure_turns(true, true) == pytest.approx(0, abs=1e-4)
    turned = true.copy()
    turned[:, 6:9] *= 1 - 0.2 / np.linalg.norm(true[:, 6:9], axis=1, keepdims=True)  # 0.2 rad less of a turn
    assert measure_turns(turned, true) == pytest.approx(np.degrees(0.2) / 23, rel=1e-4)


def test_the_acceleration_error_tells_flicker_from_a_lasting_error_and_passes_over_gaps():
    frames = [1, 2, 3, 4, 10, 12, 14]
    keys = FrameIndex.from_keys([FrameKey("S1", "Walking", "54138969", frame) for frame in frames])
    rows = np.arange(len(frames))
    steady = np.full((len(frames), 17, 3), 0.1)
    between = [False, True, True, False, False, True, False]
    errors = measure_acceleration_errors(steady, keys, rows)
    assert np.isfinite(errors).tolist() == between
    assert errors[between] == pytest.approx(0, abs=1e-9)
    flickering = steady.copy()
    flickering[[1, 5], :, 2] += 0.01  # 10 mm, of frames one apart and of frames two apart
    assert measure_acceleration_errors(flickering, keys, rows)[between] == pytest.approx([20, 10, 5])
    assert np.isnan(measure_acceleration_errors(steady[::2], keys, rows[::2])).all()


def test_intervals_draw_whole_people_and_need_two():
    values = np.array([1.0, 1.0, 3.0, 3.0, np.nan])
    people = ["S1", "S1", "S5", "S5", "S5"]
    interval = resample_people(values, people)
    assert interval.value == 2
    assert (interval.low, interval.high) == (1, 3)
    assert not resample_people(values[:2], people[:2]).known
    assert np.isnan(resample_people(values[4:], people[4:]).value)


def test_the_report_is_filled_in_and_other_studios_stand_beside(studio_copy, studio_small, capsys):
    report = studio_copy / "project" / "report.html"
    report.write_text("<p>before</p><!-- score begins -->nothing<!-- score ends --><p>after</p>")
    words = ["score", str(studio_copy), "--beside", str(studio_small), "--json"]
    assert main(words) == 0
    scores = json.loads(capsys.readouterr().out)
    low, high = scores["regressors"]["J_std"]["interval_mm"]
    assert low < scores["regressors"]["J_std"]["to_truth_mm"] < high
    low, high = scores["bodies"]["initial"]["intervals"]["pve_mm"]
    assert low < scores["bodies"]["initial"]["pve_mm"] < high
    assert scores["bodies"]["initial"]["implausible_share"] < scores["bodies"]["meva"]["implausible_share"]
    parts = scores["bodies"]["initial"]["parts_mm"]
    assert list(parts) == ["trunk", "head", "arms", "hands", "legs", "feet"]
    assert parts["trunk"] < scores["bodies"]["initial"]["pve_mm"] < parts["feet"]
    assert scores["studio"]["seed"] == scores["beside"][0]["studio"]["seed"]
    assert scores["beside"][0]["bodies"] == scores["bodies"]
    text = report.read_text()
    assert text.startswith("<p>before</p>")
    assert text.endswith("<p>after</p>")
    assert "nothing<" not in text
    assert f"{scores['regressors']['J_std']['to_truth_mm']:.1f}" in text
    assert f"<td>{parts['feet']:.1f}</td>" in text
    assert main(words) == 0
    assert report.read_text() == text
