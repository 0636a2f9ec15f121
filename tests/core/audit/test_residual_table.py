"""Residuals come as a table, and what they are said to be uncertain by is what good labels scatter by."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from app.cli.main import main
from core.audit.residual_table import COLUMNS
from core.audit.residual_uncertainty import measure_uncertainty
from core.joints import H36M_17


def test_residuals_of_good_labels_lie_within_their_uncertainty(observe, labels, random):
    """Subjects differ by 4 mm an axis, instants by 3 mm, and views by 6 mm."""
    observed = observe(labels)
    instants = observed.instants
    joints = len(H36M_17)
    of_subject = 0.004 * random.normal(size=(len(instants.subject_names), joints, 3))
    of_instant = 0.003 * random.normal(size=(len(instants), joints, 3))
    residuals = of_subject[instants.subjects] + of_instant
    views = residuals[observed.instant_of] + 0.006 * random.normal(size=(len(observed), joints, 3))
    local = observed.merge_views(views)
    uncertainty = measure_uncertainty(local, views, observed, joint_set=H36M_17)
    assert uncertainty.shape == local.shape[:2]
    usual = np.median(of_subject, axis=0)
    inside = np.abs(local - usual) < 1.96 * uncertainty[..., None]
    assert 0.9 < inside.mean() < 0.99
    # An instant that its views tell differently is less sure than the others.
    apart = views.copy()
    apart[np.flatnonzero(observed.instant_of == 7)[0], 3] += 0.2
    doubtful = measure_uncertainty(local, apart, observed, joint_set=H36M_17)
    assert doubtful[7, 3] > 5 * uncertainty[7, 3]
    assert doubtful[8, 3] == pytest.approx(uncertainty[8, 3])


def test_every_label_of_every_instant_is_told_once(project_copy, tmp_path, capsys):
    assert (
        main(["flag", str(project_copy), "add", "--subject", "S5", "--joint", "Neck", "--reason", "x"]) == 0
    )
    path = tmp_path / "residuals.csv"
    assert main(["export", str(project_copy), "residuals", "--to", str(path)]) == 0
    assert f"Wrote the residuals of {7 * 2 * 4 * 17} labels" in capsys.readouterr().out
    first, *lines = path.read_text().splitlines()
    assert first.startswith("# project ")
    assert first.endswith("source spin")
    rows = list(csv.DictReader(lines))
    assert tuple(rows[0]) == COLUMNS
    assert len({(row["subject"], row["action"], row["frame"], row["joint"]) for row in rows}) == len(rows)
    flagged = {(row["subject"], row["joint"]) for row in rows if row["flagged"] == "1"}
    assert flagged == {("S5", "Neck")}
    assert all(0 < float(row["uncertainty_mm"]) < 200 for row in rows)
    assert main(["export", str(project_copy), "residuals", "--to", str(tmp_path / "residuals.txt")]) == 1
    assert "written as .csv" in capsys.readouterr().err
