from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from app.commands.catalogue import COMMANDS
from app.commands.command import Workspace
from app.commands.registry import CommandRegistry
from app.jobs.jobs import Jobs
from app.session.optimisation import Variant
from app.session.session import Session
from core.errors import SettingsError
from core.project.project import Project

pytestmark = pytest.mark.slow


@dataclass
class Bench:
    """A window without a window: commands, and what they act on."""

    session: Session
    jobs: Jobs
    registry: CommandRegistry
    pump: Callable[..., None]

    def do(self, command: str, **args: object) -> None:
        self.registry.execute(command, args)

    def settle(self) -> None:
        self.pump(self.jobs.poll, lambda: not self.jobs.live.busy)

    def variant(self, name: str) -> Variant:
        found = self.session.optimisation.find(name)
        assert found is not None
        return found

    def vertices(self, name: str) -> np.ndarray:
        return self.session.run_view.snapshots[name].vertices


@pytest.fixture
def bench(project_copy: Path, pump: Callable[..., None]) -> Iterator[Bench]:
    with Project.open(project_copy, exclusive=True) as project:
        session = Session(project)
        jobs = Jobs(session)
        registry = CommandRegistry(Workspace(session, jobs), COMMANDS)
        pump(jobs.poll, lambda: session.frame_data is not None)
        yield Bench(session, jobs, registry, pump)
        jobs.close()
        registry.close()


def test_variants_are_forked_compared_and_removed(bench: Bench) -> None:
    """One child for the whole story, because starting one costs seconds."""
    session = bench.session
    session.set_terms(replace(session.terms, iterations=40))
    # A fork stands where its parent does, is the active one, and has other terms.
    bench.do("optimize.step", n=8)
    bench.settle()
    bench.do("optimize.fork", iteration=4, without="silhouette")
    bench.settle()
    assert session.optimisation.active == "B"
    assert bench.variant("B").iteration == 4
    assert not session.terms.terms["silhouette"].on
    assert [record.iteration for record in bench.variant("B").energies] == list(range(5))
    assert session.run_view.layout == "ghosts"
    bench.do("iteration.go", n=4)
    bench.settle()
    np.testing.assert_allclose(bench.vertices("A"), bench.vertices("B"), atol=1e-6)

    # Run side by side, they part; the first goes where it went before, bit for bit.
    before = {record.iteration: record for record in bench.variant("A").energies}
    bench.do("optimize.start", variants="all")
    bench.settle()
    first, second = bench.variant("A"), bench.variant("B")
    assert (first.status, first.iteration) == (second.status, second.iteration) == ("done", 40)
    assert first.energies[8] == before[8]
    assert "silhouette" in first.energies[-1].weighted
    assert "silhouette" not in second.energies[-1].weighted
    assert np.abs(bench.vertices("A") - bench.vertices("B")).max() > 0.005

    # The iteration axis is one for all.
    bench.do("iteration.go", n=30)
    bench.settle()
    assert {snapshot.iteration for snapshot in session.run_view.snapshots.values()} == {30}

    # Terms are the active variant's own.
    bench.do("optimize.choose", variant="A")
    assert session.terms.terms["silhouette"].on
    bench.do("term.weight", term="joint", weight=3.0)
    bench.do("optimize.next")
    assert session.terms.terms["joint"].weight == 1.0
    bench.do("optimize.previous")
    assert session.terms.terms["joint"].weight == 3.0

    # Pulls are found for what is shown, when asked for.
    assert session.run_view.pulls is None
    bench.do("optimize.pulls", place="joints")
    bench.settle()
    pulls = session.run_view.pulls
    assert pulls is not None
    assert pulls.iteration == 30
    assert list(pulls.joints) == ["joint", "silhouette", "adversarial"]
    bench.do("term.toggle", term="silhouette")
    bench.settle()
    assert session.run_view.pulls is not None
    assert list(session.run_view.pulls.joints) == ["joint", "adversarial"]
    bench.do("optimize.pulls", place="joints")
    assert session.run_view.pulls is None

    # Names, and the end of a variant.
    bench.do("optimize.rename", variant="B", name="no masks")
    assert session.optimisation.title_of(bench.variant("B")) == "B  no masks"
    bench.do("optimize.remove")
    assert session.optimisation.active == "B"
    with pytest.raises(SettingsError, match="B is the only variant"):
        bench.do("optimize.remove")
    with pytest.raises(SettingsError, match="there is no variant 'A'; there is B"):
        bench.do("optimize.choose", variant="A")
    bench.do("optimize.fork")
    bench.do("optimize.step", n=2)
    bench.settle()
    assert bench.variant("A").iteration == 32
    for _ in range(4):
        bench.do("optimize.fork")
    with pytest.raises(SettingsError, match="there are 6 variants"):
        bench.do("optimize.fork")

    # Reset, it begins anew with one.
    bench.do("optimize.reset")
    bench.settle()
    assert [variant.id for variant in session.optimisation.variants] == ["A"]
    assert session.optimisation.iteration == 0

    # What the paper leaves out is compared by one command.
    bench.do("optimize.ablate")
    bench.settle()
    run = session.optimisation
    assert (run.active, [variant.status for variant in run.variants]) == ("A", ["done"] * 2)
    assert [set(variant.energies[-1].weighted) for variant in run.variants] == [
        {"joint", "adversarial"},
        {"joint"},
    ]

    # Views that share a body show the same one to every camera.
    bench.do("terms.preset", preset="jointlens")
    bench.do("terms.views", n=4)
    bench.do("optimize.step", n=3)
    bench.settle()
    rows = session.optimisation.rows
    assert [len(rows), len({session.project.keys[row].instant for row in rows})] == [4, 1]
    seen = bench.vertices("A")
    bench.do("frame.go", key=str(session.project.keys[rows[1]]))
    bench.pump(bench.jobs.poll, lambda: session.frame_data.row == rows[1])
    assert session.shown.live
    assert session.shown.snapshot is not None
    one, other = (session.project.camera(row) for row in rows[:2])
    world = [
        (vertices - camera.t) @ camera.R
        for vertices, camera in ((seen, one), (session.shown.snapshot.vertices, other))
    ]
    np.testing.assert_allclose(world[0], world[1], atol=2e-3)
    bench.do("optimize.step", n=1)
    bench.settle()
    assert (session.optimisation.rows, session.optimisation.iteration) == (rows, 4)
