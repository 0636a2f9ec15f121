"""What the window asks before a run or an audit begins, and what a script of the session says of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.commands.audits import tell_audit
from app.commands.batch import tell_batch
from app.commands.catalogue import COMMANDS
from app.commands.command import Workspace
from app.commands.form import Form
from app.commands.recorder import Step
from app.commands.registry import CommandRegistry
from app.jobs.jobs import Jobs
from app.session.session import Session
from core.errors import JointlensError
from core.optimize.presets import get_preset
from core.project.finding import Finding
from core.project.flags import Flag, add_flag
from core.project.project import Project

ANSWERS = {"run": "mine", "preset": "paper", "views": 1, "source": "initial", "regressor": "J_std"}
Submitted = list[dict[str, Any]]


class Person:
    """Answers forms with what they propose, but for some answers."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.forms: list[Form] = []
        self.leaves = False

    def ask_form(self, form: Form) -> dict[str, Any] | None:
        self.forms.append(form)
        return None if self.leaves else {**form.proposed, **self.answers}


class Bench:
    """A project without a window, whose jobs are noted and not run."""

    def __init__(self, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
        self.project = project
        self.session = Session(project)
        self.jobs = Jobs(self.session)
        self.person = Person()
        workspace = Workspace(self.session, self.jobs, self.person)  # type: ignore[arg-type]
        self.registry = CommandRegistry(workspace, COMMANDS)
        self.submitted: Submitted = []
        monkeypatch.setattr(
            self.jobs._queue,
            "submit",
            lambda _function, arguments, *, title, **_: self.submitted.append({"title": title, **arguments}),
        )

    def add_run(self, name: str, *, preset: str = "paper", views: int = 1, seconds: float = 0.0) -> None:
        settings = get_preset(preset, views=views).to_dict()
        self.project.create_run(name, settings, shares_bodies=views > 1)
        rows = np.arange(4)
        self.project.write_bodies(name, rows, self.project.read_bodies("initial", rows))
        self.project.update_run(name, state="done", progress=1.0, details={"seconds": seconds})
        self.session.refresh_runs(tuple(run.name for run in self.project.runs()))

    @property
    def steps(self) -> tuple[Step, ...]:
        return self.registry.workspace.recorder.steps


@pytest.fixture
def bench(project_copy: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    with Project.open(project_copy) as project:
        made = Bench(project, monkeypatch)
        yield made
        made.jobs.close()
        made.registry.close()


def test_a_menu_asks_before_a_run_and_a_script_does_not(bench: Bench) -> None:
    bench.person.leaves = True
    bench.registry.invoke("optimize.batch")
    assert len(bench.person.forms) == 1
    assert not bench.submitted
    assert bench.steps == ()
    bench.registry.execute("optimize.batch")
    bench.registry.invoke("optimize.batch", **ANSWERS)
    assert len(bench.person.forms) == 1
    assert [job["run"] for job in bench.submitted] == ["run-1", "mine"]


def test_what_a_person_answers_is_run_and_is_in_the_script(bench: Bench) -> None:
    add_flag(bench.project, Flag("S5", "RAnkle", None, None, "off", reviewer="a"))
    bench.session.refresh_flags()
    bench.person.answers = {"preset": "jointlens", "views": 4, "include_flagged": True}
    bench.registry.invoke("optimize.batch")
    (job,) = bench.submitted
    assert job["title"] == "Optimise run-1 (jointlens, 4 views)"
    assert job["settings"] == get_preset("jointlens", views=4)
    assert job["include_flagged"] is True
    (step,) = bench.steps
    assert step.args == {
        "run": "run-1",
        "preset": "jointlens",
        "views": 4,
        "source": "initial",
        "regressor": bench.session.pulling_regressor,
        "include_flagged": True,
    }


def test_a_script_tells_the_terms_that_a_bare_run_was_made_with(bench: Bench) -> None:
    bench.registry.execute("terms.preset", {"preset": "jointlens"})
    bench.registry.execute("terms.views", {"n": 4})
    bench.registry.execute("optimize.batch")
    assert bench.submitted[0]["settings"] == get_preset("jointlens", views=4)
    assert bench.steps[-1].args.items() >= {"preset": "jointlens", "views": 4, "run": "run-1"}.items()
    bench.registry.execute("term.toggle", {"term": "silhouette"})
    bench.registry.execute("optimize.batch", {"run": "other"})
    assert "preset" not in bench.steps[-1].args, "the lines before lead to these terms"
    assert not bench.submitted[1]["settings"].terms["silhouette"].on


def test_changed_terms_are_offered_as_they_are(bench: Bench) -> None:
    bench.registry.execute("term.toggle", {"term": "adversarial"})
    bench.registry.invoke("optimize.batch")
    preset = next(question for question in bench.person.forms[0].questions if question.argument == "preset")
    assert preset.choices[0] == ("paper, as changed in Terms", None)
    assert "adversarial" not in bench.submitted[0]["settings"].active


def test_a_form_tells_how_many_bodies_and_how_long(bench: Bench) -> None:
    assert "About" not in "\n".join(tell_batch(bench.session, ANSWERS))
    bench.add_run("before", seconds=8.0)
    told = tell_batch(bench.session, ANSWERS)
    training = sum(len(bench.project.rows_of(name)) for name in ("S1", "S5", "S6", "S7", "S8"))
    assert told[0].startswith(f"{training} bodies of the training subjects")
    assert f"About {2 * training // 60}:{2 * training % 60:02d} min, at the pace of before." in told
    with_views = tell_batch(bench.session, {**ANSWERS, "views": 4})
    assert with_views[0].startswith(f"{training // 4} bodies")


@pytest.mark.parametrize(("name", "words"), [("before", "already"), ("no/name", "cannot name a run")])
def test_a_name_that_cannot_be_is_refused(bench: Bench, name: str, words: str) -> None:
    bench.add_run("before")
    with pytest.raises(JointlensError, match=words):
        tell_batch(bench.session, {**ANSWERS, "run": name})


def test_an_audit_asks_with_whose_bodies_and_names_them(bench: Bench) -> None:
    bench.add_run("four", views=4)
    bench.add_run("newer")
    bench.registry.invoke("audit.run")
    (question,) = bench.person.forms[0].questions
    assert [value for _, value in question.choices][:3] == ["newer", "four", "initial"]
    assert question.value == "four"
    told = bench.person.forms[0].tell({"source": "four"})
    assert "newer is newer, but four is the surer witness: its views share bodies." in told
    assert bench.submitted[0]["title"] == "Audit the labels with four"
    assert bench.steps == (Step("audit.run", {"source": "four"}),)
    bench.session.show_bodies("newer")
    bench.registry.execute("audit.run")
    assert bench.submitted[1]["source"] == "newer"
    assert bench.steps[-1] == Step("audit.run", {"source": "newer"})


def test_of_runs_alike_the_newest_is_audited(bench: Bench) -> None:
    bench.add_run("first")
    bench.add_run("second")
    bench.registry.execute("audit.run")
    assert bench.submitted[0]["source"] == "second"


def test_an_audit_tells_what_it_replaces_and_leaves_out(bench: Bench, finding: Finding) -> None:
    bench.project.write_findings([finding], {"run": None, "estimator": "spin", "flags": 0})
    add_flag(bench.project, Flag("S5", "RAnkle", None, None, "off", reviewer="a"))
    bench.session.refresh_flags()
    told = "\n".join(tell_audit(bench.session, {"source": "initial"}))
    assert "labels under one flag are judged but vouch for no others" in told
    assert "Replaces the findings made with spin" in told
    assert bench.session.review.origin == "Found with spin, while no flag stood"


def test_a_script_names_the_finding_that_was_decided_about(bench: Bench, finding: Finding) -> None:
    other = replace(finding, id="subject-offset:S7:LAnkle", subject="S7", joint="LAnkle")
    bench.project.write_findings([finding, other], {})
    bench.session.refresh_flags()
    bench.registry.execute("finding.next")
    bench.registry.execute("finding.accept")
    assert bench.steps[-1] == Step("finding.accept", {"id": finding.id})
    bench.registry.execute("finding.reject", {"id": other.id})
    assert {review.finding_id: review.decision for review in bench.project.reviews()} == {
        finding.id: "accepted",
        other.id: "rejected",
    }


def test_an_undo_of_nothing_is_no_line(bench: Bench) -> None:
    bench.registry.execute(
        "label.flag", {"subject": "S5", "joint": "RAnkle", "reason": "behind the other subjects'"}
    )
    for _ in range(3):
        bench.registry.execute("edit.undo")
    bench.registry.execute("edit.redo")
    bench.registry.execute("edit.redo")
    assert [step.command for step in bench.steps] == ["label.flag", "edit.undo", "edit.redo"]


def test_a_script_names_what_was_compared_refitted_and_exported(bench: Bench, finding: Finding) -> None:
    bench.project.write_findings([finding], {})
    bench.session.refresh_flags()
    bench.registry.execute("finding.next")
    resolved = (
        ("subjects.compare", {}, {"joint": "RAnkle", "subject": "S5", "other": "S1"}),
        ("regressor.refit", {}, {"source": "initial", "name": "J_spin"}),
        ("regressor.accept", {"name": "J_std"}, {"name": "J_std", "version": 1}),
        (
            "job.export",
            {"what": "bodies", "to": "a.npz"},
            {"what": "bodies", "to": "a.npz", "source": "initial"},
        ),
    )
    bench.registry.workspace.desk = None
    for command, args, told in resolved:
        bench.registry.execute(command, args)
        assert bench.steps[-1] == Step(command, told)
