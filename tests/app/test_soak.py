"""A person who does not know what they want, at random and for long: nothing fails, nothing grows.

``JOINTLENS_SOAK=5000`` does it five thousand times, and tells every 500 how much memory the window and its
child processes hold, then and when they have come to rest; the default is enough to see that it goes.
"""

from __future__ import annotations

import ctypes
import gc
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
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
from app.jobs.free_memory import REST, find_trim
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
#: Actions after which caches are as full as they get, and what window and children may grow by afterwards:
#: most of it is how pages happen to be cut up, 35 MB between two rests with the same in use.
WARM_UP, GROWTH_MB = 1000, 45.0
#: What the window may have more in use.
USED_GROWTH_MB = 12.0
TOLD_EVERY = 500
#: Of pictures and of bodies: little, so that they are full after the warm-up.
PICTURE_BYTES, BODY_BYTES = 40_000_000, 4_000_000


@dataclass
class Person:
    """Does one thing after another in a window, and waits for none of them."""

    session: Session
    registry: CommandRegistry
    jobs: Jobs
    chance: random.Random

    def act(self) -> None:
        """Do something; being told that it cannot be done now is no failure."""
        command, args = self.chance.choice(self.choices())
        with suppress(JointlensError):
            self.registry.execute(command, args)

    def rest(self) -> None:
        """Look at one frame, with one variant at its start, until all that is not needed is given back.

        How much there is at any moment depends on how many variants there are and on what is shown; what
        there is at rest does not. The window gives back what is free now and then, and here once more: what
        came free since the last time would be noise.
        """
        for command, args in RESTING:
            self.registry.execute(command, args)
        self.session.run_view.show_displacement(False)
        self.session.appearance.show_all_cameras(False)
        self.session.go_to(0)
        self.registry.execute("optimize.reset")
        assert wait_for(lambda: self.jobs.idle and not self.jobs.surveying)
        QTest.qWait(round(1500 * REST))
        gc.collect()
        find_trim()()

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
            ("cameras.toggle", {}),
            ("theme.toggle", {}),
        ]


#: What takes away all that a moment may show more than another.
RESTING: tuple[tuple[str, dict[str, object]], ...] = (
    ("optimize.layout", {"layout": "single"}),
    ("optimize.pulls", {"place": "off"}),
    ("camera.view", {"view": "frame"}),
    ("terms.views", {"n": 1}),
)


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
        yield Person(session, registry, jobs, random.Random(5))
        dispose(window)
        jobs.close()
        registry.close()


def test_whatever_is_done_nothing_fails_and_nothing_grows(person: Person) -> None:
    at_rest = {}
    for number in range(ACTIONS + 1):
        if number % TOLD_EVERY == 0:
            moment = measure_all()
            person.rest()
            at_rest[number] = measure_all()
            sys.stderr.write(f"{number:6d} actions: {moment}, at rest {at_rest[number]}\n")
        person.act()
        QTest.qWait(5)
        optimisation = person.session.optimisation
        assert optimisation.phase != "failed", f"after action {number}: {optimisation.message}"
    for number, held in at_rest.items():
        if number > WARM_UP:
            assert held.used - at_rest[WARM_UP].used < USED_GROWTH_MB
            assert held.window - at_rest[WARM_UP].window < GROWTH_MB
            assert held.children - at_rest[WARM_UP].children < GROWTH_MB
    person.registry.execute("optimize.pause")


def wait_for(condition: Callable[[], bool], seconds: float = 60.0) -> bool:
    """Whether a condition has come true in time."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        QTest.qWait(20)
    return condition()


@dataclass(frozen=True)
class Held:
    """Megabytes: resident of the window and of its children, and what the window has in use of its heap."""

    window: float
    children: float
    used: float

    def __str__(self) -> str:
        return f"{self.window:.0f} MB ({self.used:.1f} in use), children {self.children:.0f} MB"


def measure_all() -> Held:
    """What this process and its child processes hold."""
    return Held(measure_memory(os.getpid()), sum(map(measure_memory, find_children())), measure_used())


def measure_memory(process: int) -> float:
    """Resident memory of a process in megabytes."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def measure_used() -> float:
    """What is in use of this process's heap, by glibc 2.33 or newer; 0 elsewhere."""
    tell = getattr(ctypes.CDLL(None), "mallinfo2", None)
    if tell is None:
        return 0.0
    tell.restype = HeapInfo
    told = tell()
    return float(told.uordblks + told.hblkhd) / 1e6


class HeapInfo(ctypes.Structure):
    """glibc's ``struct mallinfo2``."""

    _fields_ = tuple(
        (name, ctypes.c_size_t)
        for name in (
            *("arena", "ordblks", "smblks", "hblks", "hblkhd"),
            *("usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"),
        )
    )


def find_children() -> list[int]:
    """Child processes of this one."""
    tasks = Path("/proc/self/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]
