"""An audit finds the same to the bit whoever lays bodies over labels, and whatever happens to a view."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.cli.main import main
from core.audit import audit, left_out, left_out_work, source_views, subjects
from core.audit.audit import Audit, examine_project
from core.audit.left_out import refit_bodies
from core.audit.observations import read_observations
from core.audit.view_work import ViewData, ViewTask, pose_views
from core.audit.witness import Witness
from core.engine.choosing import open_engine
from core.engine.in_process import InProcessEngine
from core.engine.local import LocalEngine
from core.project.project import Project
from core.types import BodyParameters
from tests.core.audit.shared_run import take_estimates_for_a_run


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_views, "BLOCK", 60)


@pytest.fixture
def project(project_small: Path) -> Iterator[Project]:
    with Project.open(project_small, read_only=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def expected(project_small: Path) -> Audit:
    """What this process finds, in whole blocks."""
    with Project.open(project_small, read_only=True) as opened:
        return examine_project(opened)


def assert_same(found: Audit, expected: Audit) -> None:
    assert found.findings == expected.findings
    assert found.details == expected.details
    first, second = found.evidence, expected.evidence
    assert first.subjects is not None
    assert second.subjects is not None
    for ours, theirs in (
        (first.residuals.local, second.residuals.local),
        (first.residuals.apart, second.residuals.apart),
        (first.residuals.turns, second.residuals.turns),
        (first.residuals.alignment.t, second.residuals.alignment.t),
        (first.subjects.centres, second.subjects.centres),
        (first.subjects.judged.p, second.subjects.judged.p),
    ):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("name", ["local", "ray"])
def test_two_workers_find_the_same(name: str, project: Project, expected: Audit) -> None:
    if name == "ray":
        pytest.importorskip("ray", reason="Ray is not installed")
    told: list[tuple[int, int, str]] = []
    with open_engine(name, blocks=8, workers=2, device="cpu") as engine:  # type: ignore[arg-type]
        found = examine_project(project, engine=engine, progress=lambda *step: told.append(step))
    assert_same(found, expected)
    for work in ("posing bodies", "laying bodies over labels"):
        steps = [step[:2] for step in told if step[2] == f"{work} of spin"]
        assert len(steps) == 4
        assert steps[-1] == (224, 224)


def test_a_view_that_no_worker_survives_is_left_out_and_told(
    project: Project, expected: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spoil(data: ViewData, task: ViewTask, device: str) -> object:
        if 70 in task.views:
            raise ZeroDivisionError("not this one")
        return pose_views(data, task, device)

    monkeypatch.setattr(source_views, "pose_views", spoil)
    found = examine_project(project)
    (note,) = set(found.details["notes"]) - set(expected.details["notes"])
    assert note.startswith(
        f"{project.keys[70]}: left out, no worker survives it: ZeroDivisionError: not this one"
    )
    ours, theirs = found.evidence.residuals.apart, expected.evidence.residuals.apart
    assert np.isnan(ours[70]).all()
    assert np.isfinite(np.delete(ours, 70, axis=0)).all()
    own = project.rows_of(project.keys[70].subject)  # whose scale has one view less to go by
    np.testing.assert_array_equal(np.delete(ours, own, axis=0), np.delete(theirs, own, axis=0))


@pytest.fixture
def witness(project_copy: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Project, Witness]]:
    """The estimates of two subjects, taken for a run whose views share their bodies; nothing measured."""
    monkeypatch.setattr(left_out, "STEPS", 2)
    with Project.open(project_copy) as project:
        run, seen = take_estimates_for_a_run(project)
        seen = seen.take(np.flatnonzero(np.isin(seen.instant_of, (0, 1, 8, 9))))
        weights = np.repeat(project.read_regressor("J_std").weights[None].astype(float), 2, axis=0)
        yield project, Witness("four", run, seen, weights, None, None)  # type: ignore[arg-type]


def test_subjects_that_a_run_lacks_are_told(witness: tuple[Project, Witness]) -> None:
    project, run = witness
    everything = read_observations(project, np.arange(len(project.keys)))
    taken = everything.take(np.flatnonzero(project.bodies_present("four")))
    (note,) = audit._describe_uncompared(everything, replace(run, observations=taken))
    missing = ", ".join(project.keys.subjects[2:])
    assert note.startswith(f"Run four has no bodies of {missing}: no offset of theirs can be found")
    assert audit._describe_uncompared(everything, replace(run, observations=everything)) == []


def read_parts(bodies: BodyParameters) -> np.ndarray:
    return np.concatenate([bodies.global_orient, bodies.body_pose, bodies.betas, bodies.transl], axis=1)


def test_two_workers_fit_the_same_bodies_without_labels(witness: tuple[Project, Witness]) -> None:
    project, source = witness
    unheard = [[[3], [3]], [[12], [12, 3]]]
    with LocalEngine(["cpu"] * 2, threads=1) as engine:
        found, excluded = refit_bodies(project, source, source.observations, unheard, engine=engine)
    assert not excluded
    with LocalEngine(["cpu"], threads=1) as engine:
        expected, _ = refit_bodies(project, source, source.observations, unheard, engine=engine)
    for ours, theirs in zip(found, expected, strict=True):
        assert np.isfinite(read_parts(ours)).all()
        np.testing.assert_array_equal(read_parts(ours), read_parts(theirs))
    assert np.abs(read_parts(found[0]) - read_parts(found[1])).max() > 1e-4
    assert not list(project.path.glob("*.index.sqlite"))


def test_a_view_whose_body_no_worker_fits_is_left_out(
    witness: tuple[Project, Witness], monkeypatch: pytest.MonkeyPatch
) -> None:
    project, source = witness
    seen, load = source.observations, left_out_work.load_problem
    bad = int(seen.rows[5])

    def spoil(opened: Project, rows: np.ndarray, **options: object) -> object:
        if bad in rows:
            raise ZeroDivisionError("not this one")
        return load(opened, rows, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(left_out_work, "load_problem", spoil)
    (bodies,), excluded = refit_bodies(project, source, seen, [[[3], [3]]], engine=InProcessEngine("cpu"))
    assert list(excluded) == [bad]
    assert excluded[bad].startswith("ZeroDivisionError: not this one")
    there = np.isfinite(read_parts(bodies)).all(axis=1)
    assert np.flatnonzero(~there).tolist() == [5]


def test_the_command_takes_an_engine(
    project_copy: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["audit", str(project_copy), "--no-influence", "--workers", "0"]) == 1
    assert "workers is 0; expected 1 or more" in capsys.readouterr().err
    asked: list[object] = []
    examine = subjects.compare_on

    def compare(*given: object, **options: object) -> object:
        asked.append(options["engine"])
        return examine(*given, **options)  # type: ignore[arg-type]

    monkeypatch.setattr("core.audit.audit.compare_on", compare)
    assert main(["audit", str(project_copy), "--no-influence", "--workers", "2"]) == 0
    assert asked[0].workers == 2  # type: ignore[attr-defined]
