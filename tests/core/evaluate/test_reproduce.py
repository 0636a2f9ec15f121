from dataclasses import replace

import pytest

from core.errors import ProjectError, SettingsError
from core.evaluate import reproduce as experiment
from core.evaluate.figures.export import export_figures
from core.evaluate.protocols import PROTOCOLS
from core.evaluate.reproduce import ABLATIONS, RECIPES, reproduce
from core.optimize.presets import get_preset
from core.optimize.selection import select_training_rows
from core.project.acceptance import accept_regressor
from core.project.flags import Flag, add_flag
from core.project.project import Project


@pytest.fixture
def quick(monkeypatch):
    """A few steps on a few frames."""
    monkeypatch.setattr("core.evaluate.agreement.SAMPLE", 8)
    monkeypatch.setattr("core.evaluate.figures.stage.SAMPLE", 10)
    monkeypatch.setattr(
        "core.optimize.batch.select_training_rows", lambda project: select_training_rows(project)[::5]
    )
    monkeypatch.setattr(
        experiment,
        "get_preset",
        lambda name, views: replace(
            get_preset(name, views=views),
            iterations=2,
            rounds=1 if name == "jointlens" else 0,
            round_iterations=1,
        ),
    )


def test_the_experiment_makes_its_regressors_table_and_report_and_is_not_done_twice(
    project_copy, quick, tmp_path
):
    with Project.open(project_copy) as project:
        first = reproduce(project)
        assert {"J_std", "J_spin", "J_opt", "J_opt_jointlens_1v"} <= set(project.regressor_names())
        assert {run.name: run.state for run in project.runs()} == {"paper": "done", "jointlens_1v": "done"}
        assert set(first.to_dict()["tables"]) == set(PROTOCOLS)
        assert set(first.table.cells["spin"]) == set(project.regressor_names())
        text = first.report.read_text()
        assert first.to_dict()["runs"]["paper"]["terms"] == ["joint", "silhouette", "adversarial"]
        assert len(first.runs[1].details["moves_mm"]) == 1
        steps = []
        assert export_figures(project, tmp_path / "figures", progress=lambda *step: steps.append(step)) == 5
        assert steps == [(done, 5, "drawing the figures") for done in range(6)]
        written = sorted(path.name for path in (tmp_path / "figures").iterdir())
        figures = [f"figure_{number}.jpg" for number in ("1_and_2", 3, 5, 7, 8)]
        assert written == ["captions.txt", *figures]
        told = (tmp_path / "figures" / "captions.txt").read_text().splitlines()
        assert f"project: {project.id}" in told
        assert "run: paper" in told
        assert "joints moved on the rest mesh" in text
        for words in (
            "Synthetic studio",
            "calibrated by construction",
            "cannot rank regressors",
            "mid-hips",
            "95%",
            "<svg",
            "Figures 1 and 2:",
            "Figure 8:",
        ):
            assert words in text
        assert "http://" not in text.replace("http://www.w3.org", "").replace("http://purl.org", "").replace(
            "http://creativecommons.org", ""
        )

        again = reproduce(project, runs=["paper"])
        assert again.to_dict()["tables"] == first.to_dict()["tables"]
        assert len(project.regressor_versions("J_opt")) == 1

        add_flag(project, Flag(subject="S5", joint="RAnkle", reason="off by <40 mm>"))
        flagged = reproduce(project, runs=["paper", "without_silhouette"])
        assert len(project.regressor_versions("J_opt")) == 2
        text = flagged.report.read_text()
        assert "off by &lt;40 mm&gt;" in text
        assert "Figure 6: bodies with and without the silhouette term" in text
        assert "Figure 4:" not in text

        accept_regressor(project, "J_opt", 1)
        with pytest.raises(ProjectError, match="J_opt stays version 1, which was accepted"):
            reproduce(project, runs=["paper"])
        assert len(project.regressor_versions("J_opt")) == 2


def test_ablations_leave_out_one_term_after_another():
    terms = {name: RECIPES[name].make_settings().active for name in ("paper", *ABLATIONS)}
    assert terms == {
        "paper": ("joint", "silhouette", "adversarial"),
        "without_adversarial": ("joint", "silhouette"),
        "without_silhouette": ("joint", "adversarial"),
        "joint_only": ("joint",),
    }


def test_an_unknown_run_is_refused(project_small):
    with (
        Project.open(project_small, read_only=True) as project,
        pytest.raises(SettingsError, match="expected one"),
    ):
        reproduce(project, runs=["everything"])
