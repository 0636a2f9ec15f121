import numpy as np
import pytest

from core.errors import ProjectError, SettingsError
from core.evaluate.protocols import PROTOCOLS
from core.evaluate.table import evaluate, find_rows
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
    monkeypatch.setattr("core.evaluate.table.TEST_SUBJECTS", ("S99",))
    with pytest.raises(ProjectError, match="counts no frame"):
        evaluate(project)
