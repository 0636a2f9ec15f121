"""A person who does not know what they want, at random and for long: nothing fails, nothing grows.

``JOINTLENS_SOAK=5000`` does it five thousand times, and tells every 500 how much memory the window and its
child processes hold; the default is enough to see that it goes.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from PyQt6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.commands.catalogue import COMMANDS
from app.commands.command import Workspace
from app.commands.registry import CommandRegistry
from app.jobs import frame_loader
from app.jobs.jobs import Jobs
from app.session.session import Session
from app.window.disposal import dispose
from app.window.main_window import MainWindow
from core.energy.terms import TERMS
from core.errors import JointlensError
from core.project.project import Project

pytestmark = [
    pytest.mark.slow,
    pytest.mark.window,
    pytest.mark.skipif(
        sys.platform.startswith("linux") and not os.environ.get("DISPLAY"),
        reason="there is no display; use xvfb-run -a",
    ),
]

ACTIONS = int(os.environ.get("JOINTLENS_SOAK", "60"))
#: Actions after which caches are as full as they get, and what window and children may grow by afterwards.
WARM_UP, GROWTH_MB = 1000, 45.0
TOLD_EVERY = 500
#: Of pictures and of bodies: little, so that they are full after the warm-up.
PICTURE_BYTES, BODY_BYTES = 40_000_000, 4_000_000


@dataclass
class Person:
    """Does one thing after another in a window, and waits for none of them."""

    session: Session
    registry: CommandRegistry
    chance: random.Random

    def act(self) -> None:
        """Do something; being told that it cannot be done now is no failure."""
        command, args = self.chance.choice(self.choices())
        with suppress(JointlensError):
            self.registry.execute(command, args)

    def choices(self) -> list[tuple[str, dict[str, object]]]:
        """What could be done, scrubbing most often."""
        session, chance = self.session, self.chance
        keys, run = session.project.keys, session.optimisation
        variants = [variant.id for variant in run.variants] or ["A"]
        term = chance.choice(list(TERMS))
        joint = chance.choice(session.project.joint_set.names)
        scrub: list[tuple[str, dict[str, object]]] = [
            ("frame.go", {"key": str(keys[chance.randrange(len(keys))])}),
            ("frame.next", {}),
            ("iteration.go", {"n": chance.randrange(run.iteration + 1)}),
            ("iteration.previous", {}),
        ]
        return [
            *scrub,
            *scrub,
            ("optimize.step", {"n": chance.randrange(1, 30)}),
            ("optimize.start", {"variants": chance.choice(["active", "all"])}),
            ("optimize.pause", {}),
            ("optimize.fork", {"without": chance.choice([None, term])}),
            ("optimize.choose", {"variant": chance.choice(variants)}),
            ("optimize.remove", {"variant": chance.choice(variants)}),
            ("optimize.hide", {"variant": chance.choice(variants)}),
            ("optimize.reset", {}),
            ("optimize.layout", {"layout": chance.choice(["single", "ghosts", "split"])}),
            ("optimize.pulls", {"place": chance.choice(["joints", "mesh"])}),
            ("optimize.displacement", {}),
            ("term.toggle", {"term": term}),
            ("term.weight", {"term": term, "weight": chance.choice([0.0, 0.5, 2.0])}),
            ("terms.preset", {"preset": chance.choice(["paper", "jointlens"])}),
            ("terms.views", {"n": chance.choice([1, 1, 4])}),
            ("camera.view", {"view": chance.choice(["frame", "front", "side", "top"])}),
            ("layer.toggle", {"layer": chance.choice(["mask", "mesh", "difference", "labels"])}),
            ("vertex.select", {"vertex": chance.randrange(6890)}),
            ("regressor.paint", {"name": "J_std", "joint": joint}),
            ("label.flag", {"subject": session.key.subject, "joint": joint, "reason": "at random"}),
            ("edit.undo", {}),
            ("edit.redo", {}),
            ("theme.toggle", {}),
        ]


@pytest.fixture
def person(
    qtbot: QtBot, project_copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Person]:
    monkeypatch.setattr(frame_loader, "SCENE_BYTES", PICTURE_BYTES)
    monkeypatch.setattr(frame_loader, "BODY_BYTES", BODY_BYTES)
    with Project.open(project_copy) as project:
        session = Session(project)
        jobs = Jobs(session)
        registry = CommandRegistry(Workspace(session, jobs), COMMANDS)
        window = MainWindow(session, registry, jobs, settings=tmp_path / "window.ini")
        with qtbot.waitExposed(window):
            window.show()
        qtbot.waitUntil(lambda: session.frame_data is not None, timeout=60_000)
        yield Person(session, registry, random.Random(5))
        dispose(window)
        jobs.close()
        registry.close()


def test_whatever_is_done_nothing_fails_and_nothing_grows(person: Person) -> None:
    begun = None
    for number in range(ACTIONS + 1):
        if number % TOLD_EVERY == 0:
            window, children = measure_memory(os.getpid()), sum(map(measure_memory, find_children()))
            sys.stderr.write(f"{number:6d} actions: {window:.0f} MB, children {children:.0f} MB\n")
            if number == WARM_UP:
                begun = window, children
        person.act()
        QTest.qWait(5)
        optimisation = person.session.optimisation
        assert optimisation.phase != "failed", f"after action {number}: {optimisation.message}"
    if begun is not None:
        assert window - begun[0] < GROWTH_MB
        assert children - begun[1] < GROWTH_MB
    person.registry.execute("optimize.pause")


def measure_memory(process: int) -> float:
    """Resident memory of a process in megabytes."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def find_children() -> list[int]:
    """Child processes of this one."""
    tasks = Path("/proc/self/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]
