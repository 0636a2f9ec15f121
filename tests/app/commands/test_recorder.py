from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from app.commands.catalogue import COMMANDS
from app.commands.command import Workspace
from app.commands.recorder import IDLE, Recorder, Step
from app.commands.registry import CommandRegistry
from app.commands.replay import Replay, read_script
from app.jobs.jobs import Jobs
from app.session.optimisation import OptimisationState, Variant
from app.session.session import Session
from core.optimize.presets import get_preset
from core.project.project import Project


class Work:
    """A live run as a recorder sees it, that goes as far as a test says."""

    def __init__(self) -> None:
        self.jobs = SimpleNamespace(working=False, live=SimpleNamespace(busy=False))
        self.session = SimpleNamespace(optimisation=OptimisationState())
        self.recorder = Recorder(self.session, self.jobs)  # type: ignore[arg-type]

    def reach(self, iteration: int, *, busy: bool) -> None:
        variant = Variant("A", "", get_preset("paper"), iteration=iteration, shown=iteration)
        self.session.optimisation = OptimisationState("ready", (0,), variants=(variant,), active="A")
        self.jobs.live.busy = busy

    def do(self, command: str, *, dragged: str = "", **args: object) -> None:
        waits = self.recorder.find_waits(command)
        if command == "optimize.start":
            self.jobs.live.busy = True
        self.recorder.add(Step(command, args), waits, dragged=dragged)


@pytest.fixture
def work() -> Work:
    return Work()


def test_a_drag_is_one_line_with_its_last_value(work: Work) -> None:
    for weight in (0.1, 0.2, 0.3):
        work.do("term.weight", term="joint", weight=weight, dragged="weight")
    work.do("term.weight", term="silhouette", weight=0.5, dragged="weight")
    work.do("frame.next")
    work.do("frame.next")
    assert [step.args.get("weight") for step in work.recorder.steps] == [0.3, 0.5, None, None]


def test_what_was_over_is_waited_for(work: Work) -> None:
    work.do("optimize.start")
    work.reach(100, busy=False)
    work.do("frame.next")
    assert work.recorder.steps == (Step("optimize.start"), IDLE, Step("frame.next"))


def test_a_paused_run_stands_at_the_same_iteration(work: Work) -> None:
    work.do("optimize.start")
    work.reach(30, busy=True)
    work.do("optimize.pause")
    work.reach(33, busy=False)
    expected = (
        Step("optimize.start"),
        Step("wait", {"for": "iteration", "n": 33, "timeout_s": 600.0}),
        Step("optimize.pause"),
        IDLE,
        Step("iteration.go", {"n": 33}),
    )
    assert work.recorder.steps == expected
    work.do("optimize.start")
    assert work.recorder.steps == (*expected, Step("optimize.start"))


@contextmanager
def opened(project: Path) -> Iterator[tuple[Session, Jobs, CommandRegistry]]:
    with Project.open(project) as known:
        session = Session(known)
        jobs = Jobs(session)
        registry = CommandRegistry(Workspace(session, jobs), COMMANDS)
        try:
            yield session, jobs, registry
        finally:
            jobs.close()
            registry.close()


def describe(session: Session) -> dict[str, object]:
    """What a replay has to bring back."""
    course = session.optimisation.course
    assert course is not None
    return {
        "row": session.row,
        "layers": session.appearance.layers,
        "opacities": session.appearance.opacities,
        "selection": session.selection,
        "terms": session.terms,
        "variants": [(known.id, known.shown) for known in session.optimisation.variants],
        "flags": [(flag.subject, flag.joint, flag.reason) for flag in session.flags],
        "edits": [entry.kind for entry in session.project.journal.entries()],
    }


@pytest.mark.slow
def test_a_recorded_session_replays_to_the_same_state(
    project_copy: Path, tmp_path: Path, pump: Callable[..., None]
) -> None:
    script = tmp_path / "session.jsonl"
    again = project_copy.with_name(f"{project_copy.name}-again")
    shutil.copytree(project_copy, again)
    with opened(project_copy) as (session, jobs, registry):
        subject = session.key.subject
        done: tuple[tuple[str, dict[str, object]], ...] = (
            ("frame.next", {}),
            ("layer.toggle", {"layer": "mask"}),
            ("layer.opacity", {"layer": "mask", "opacity": 0.25}),
            ("label.flag", {"subject": subject, "joint": "RAnkle", "reason": "behind the leg"}),
            ("label.flag", {"subject": subject, "joint": "LAnkle", "reason": "by mistake"}),
            ("edit.undo", {}),
            ("optimize.step", {"n": 12}),
        )
        for command, args in done:
            registry.execute(command, args)
        pump(jobs.poll, lambda: jobs.idle)
        registry.execute("optimize.fork", {"iteration": 8, "without": "silhouette"})
        registry.execute("optimize.step", {"n": 4})
        pump(jobs.poll, lambda: jobs.idle)
        registry.execute("optimize.start")
        pump(jobs.poll, lambda: session.optimisation.iteration > 20)
        registry.execute("optimize.pause")
        pump(jobs.poll, lambda: jobs.idle)
        registry.execute("script.save", {"path": str(script)})
        first = describe(session)
        body = session.shown.snapshot.vertices  # type: ignore[union-attr]
    assert {"wait", "optimize.fork"} <= {
        json.loads(line)["command"] for line in script.read_text().splitlines()
    }

    with opened(again) as (session, jobs, registry):
        replay = Replay(registry, read_script(script))
        pump(jobs.poll, replay.advance)
        pump(jobs.poll, lambda: jobs.idle)
        assert describe(session) == first
        np.testing.assert_allclose(session.shown.snapshot.vertices, body, atol=1e-5)  # type: ignore[union-attr]
    shutil.rmtree(again)
