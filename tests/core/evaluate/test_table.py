from dataclasses import replace

import numpy as np
import pytest

from core.body.skinning import pose_vertices
from core.errors import DatasetError, ProjectError, SettingsError
from core.evaluate.counted_frames import find_rows, list_protocols
from core.evaluate.metrics import mpjpe, pa_mpjpe
from core.evaluate.protocols import PROTOCOLS
from core.evaluate.table import evaluate, make_tables
from core.project.flags import Flag, add_flag
from core.project.project import Project


@pytest.fixture(scope="module")
def project(project_small):
    with Project.open(project_small, read_only=True) as opened:
        yield opened


def test_table_one_counts_the_test_subjects_in_all_cameras(project):
    table = evaluate(project)
    assert table.bodies == {"spin": 64, "vibe": 64, "meva": 64}
    found = {name: (row["J_std"].mpjpe_mm, row["J_std"].pa_mpjpe_mm) for name, row in table.cells.items()}
    assert found["spin"] == pytest.approx((60.4, 41.3), abs=1)
    assert found["vibe"] == pytest.approx((62.9, 43.1), abs=1)
    assert found["meva"] == pytest.approx((101.6, 62.3), abs=1)
    assert any("calibrated by construction" in note for note in table.notes)
    assert any("cannot rank" in note for note in table.notes)
    assert table.provenance["project"] == project.id


def test_protocols_differ_in_cameras_and_joints(project):
    assert {project.keys[int(row)].camera for row in find_rows(project, PROTOCOLS["spin-p2"])} == {"60457274"}
    all_joints, fourteen = (
        evaluate(project, name).cells["spin"]["J_std"].mpjpe_mm for name in ("paper", "spin-p1")
    )
    assert all_joints != pytest.approx(fourteen, abs=0.1)


@pytest.mark.parametrize(
    ("name", "every", "cameras", "joints"),
    [
        ("paper", 64, None, "all-17"),
        ("spin-p1", 5, None, "lsp-14"),
        ("spin-p2", 5, ("60457274",), "lsp-14"),
        ("mks-p2", 64, None, "lsp-14"),
    ],
)
def test_protocols_count_the_frames_that_their_papers_count(name, every, cameras, joints):
    for protocol in (PROTOCOLS[name], PROTOCOLS[f"{name}-mid-hips"]):
        assert (protocol.every, protocol.cameras, protocol.subset) == (every, cameras, joints)


def test_an_unknown_protocol_is_refused(project):
    with pytest.raises(SettingsError, match="no protocol"):
        evaluate(project, "mine")


def test_flagged_labels_are_not_counted(project_copy):
    with Project.open(project_copy) as project:
        before = evaluate(project)
        add_flag(project, Flag(subject="S9", joint="LWrist", reason="test"))
        after = evaluate(project)
    assert (before.labels_left_out, after.labels_left_out) == (0, 32)
    assert np.isfinite(after.cells["spin"]["J_std"].mpjpe_mm)
    assert after.cells["spin"]["J_std"].mpjpe_mm != before.cells["spin"]["J_std"].mpjpe_mm


def test_a_project_without_test_subjects_says_so(project, monkeypatch):
    monkeypatch.setattr("core.project.subject_split.TEST_SUBJECTS", ("S99",))
    with pytest.raises(ProjectError, match=r"counts no frame; it needs test subjects, and S1, .* are none"):
        evaluate(project)


def test_training_subjects_are_counted_when_they_are_named_and_said_to_be_such(project):
    (table,) = make_tables(project, [PROTOCOLS["paper"]], subjects=["S1", "S9"]).values()
    assert set(table.subjects["spin"].cells) == {"S1", "S9"}
    assert table.fitted_to == ("S1",)
    assert "Training subjects are counted, to whom regressors are fitted: S1." in table.notes[0]
    assert evaluate(project).fitted_to == ()
    with pytest.raises(ProjectError, match="has no subject S99; it has S1, S5"):
        make_tables(project, [PROTOCOLS["paper"]], subjects=["S99"])


def test_each_way_to_count_is_named_and_is_what_it_says(project):
    """Against the plain definitions, on all bodies at once."""
    tables = make_tables(project, list_protocols(project))
    rows = find_rows(project, PROTOCOLS["paper"])
    labels = project.labels(rows)
    joints = project.read_regressor("J_std").apply(
        pose_vertices(project.body(), project.read_bodies("spin", rows))
    )
    lsp = project.joint_set.find_subset("lsp-14")
    hips = [project.joint_set.index("RHip"), project.joint_set.index("LHip")]
    about_hips = [points - points[:, hips].mean(axis=1, keepdims=True) for points in (joints, labels)]
    expected = {
        "paper": mpjpe(joints, labels),
        "spin-p1": mpjpe(joints, labels, subset=lsp),
        "paper-mid-hips": np.linalg.norm(about_hips[0] - about_hips[1], axis=-1).mean() * 1000,
        "spin-p1-mid-hips": np.linalg.norm((about_hips[0] - about_hips[1])[:, lsp], axis=-1).mean() * 1000,
    }
    cells = {name: table.cells["spin"]["J_std"] for name, table in tables.items()}
    assert {name: cells[name].mpjpe_mm for name in expected} == pytest.approx(expected, abs=1e-3)
    assert cells["spin-p1"].pa_mpjpe_mm == pytest.approx(pa_mpjpe(joints, labels, subset=lsp), abs=1e-3)
    assert tables["paper"].title == (
        "all cameras; 17 joints, Pelvis among them; MPJPE relative to the regressor's Pelvis row"
    )
    assert tables["spin-p1-mid-hips"].title == (
        "all cameras; 14 joints; MPJPE relative to the middle between both hips"
    )


def test_actions_and_subjects_add_up_to_the_table(project):
    table = evaluate(project)
    for parts in (table.actions["spin"], table.subjects["spin"]):
        assert sum(parts.bodies.values()) == table.bodies["spin"]
        weighted = sum(row["J_std"][0] * parts.bodies[part] for part, row in parts.cells.items())
        assert weighted / table.bodies["spin"] == pytest.approx(table.cells["spin"]["J_std"].mpjpe_mm)
    assert set(table.subjects["spin"].cells) == {"S9", "S11"}
    assert not any(action[-2:] in ("-1", "-2") for action in table.actions["spin"].cells)


def test_intervals_hold_their_figures(project):
    table = evaluate(project)
    cell = table.cells["meva"]["J_std"]
    for interval in (cell.mpjpe, cell.pa_mpjpe):
        assert interval.low <= interval.value <= interval.high
        assert interval.high - interval.low > 0.1
    intervals = table.describe()["intervals"]
    assert intervals["sequences"] == table.sequences > 1
    assert intervals["cells"]["meva"]["J_std"]["mpjpe_mm"]["value"] == cell.mpjpe_mm


def test_a_joint_set_without_the_subsets_has_the_protocols_of_all_its_joints(project, monkeypatch):
    plain = replace(project.joint_set, subsets={})
    monkeypatch.setattr(project, "joint_set", plain)
    assert [protocol.id for protocol in list_protocols(project)] == ["paper", "paper-mid-hips"]
    assert evaluate(project).cells["spin"]["J_std"].mpjpe_mm == pytest.approx(60.4, abs=1)
    with pytest.raises(DatasetError, match="no subset lsp-14"):
        evaluate(project, "spin-p1")


def test_labels_that_were_regressed_are_told(project, monkeypatch):
    monkeypatch.setattr(Project, "label_origin", property(lambda self: "regressed"))
    assert any("scores a regressor against another" in note for note in evaluate(project).notes)
