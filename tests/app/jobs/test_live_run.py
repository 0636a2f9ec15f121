from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from app.jobs.live_run import LiveRun
from app.session.optimisation import OptimisationState
from app.session.session import Session
from core.errors import SettingsError

pytestmark = pytest.mark.slow


@pytest.fixture
def live(session: Session) -> Iterator[LiveRun]:
    live = LiveRun(session)
    yield live
    live.close()


def settle(live: LiveRun, pump: Callable[..., None]) -> None:
    pump(live.poll, lambda: not live.busy)


def test_the_run_obeys(live: LiveRun, session: Session, pump: Callable[..., None]) -> None:
    """One child for the whole story, because starting one costs seconds."""
    # A number of steps is done to the last one before the run is at rest.
    live.step(60)
    assert session.optimisation.status == "starting"
    settle(live, pump)
    state = session.optimisation
    assert (state.status, state.rows, state.iteration, state.busy) == ("paused", (0,), 60, False)
    assert [record.iteration for record in state.energies] == list(range(61))
    history = state.course.history
    assert history["total"][-1] < history["total"][0]
    assert set(history) == {"joint", "silhouette", "adversarial", "total"}
    assert session.shown.snapshot is not None
    assert session.shown.snapshot.iteration == 60
    moved = session.shown.snapshot.vertices

    # Every iteration so far can be gone back to.
    live.go_to_iteration(0)
    assert session.shown.snapshot.iteration == 0
    assert np.abs(session.shown.snapshot.vertices - moved).max() > 0.001
    with pytest.raises(SettingsError, match="iteration 61 is not kept; there are 0 to 60"):
        live.go_to_iteration(61)

    # Earlier bodies are skinned anew from their parameters, and are the same.
    live.go_to_iteration(60)
    assert np.abs(session.shown.snapshot.vertices - moved).max() < 1e-4

    # A term that is switched off counts no more from the next step on.
    session.set_terms(session.terms.with_term("silhouette", on=False))
    live.step(3)
    settle(live, pump)
    assert all("silhouette" not in record.weighted for record in session.optimisation.energies[61:])
    assert np.isnan(session.optimisation.course.history["silhouette"][-1])
    assert session.shown.snapshot.iteration == 63
    session.set_terms(session.terms.with_term("silhouette", on=True))

    # Taken back, it goes on from there, as it did the first time, and what came after is forgotten.
    first_time = session.optimisation.energies[40]
    live.go_to_iteration(30)
    assert session.optimisation.iteration == 63
    live.step(10)
    settle(live, pump)
    assert session.optimisation.iteration == 40
    assert session.optimisation.energies[-1] == first_time

    # Started, it goes on to the settings' number of iterations.
    live.start()
    assert session.optimisation.status == "running"
    settle(live, pump)
    assert session.optimisation.status == "done"
    assert session.optimisation.iteration == session.terms.iterations

    # Paused, it stops early.
    live.step(100_000)
    pump(live.poll, lambda: session.optimisation.iteration > 110)
    live.pause()
    settle(live, pump)
    assert session.optimisation.iteration < 50_000

    # Without a term that is on, it says so and stays.
    live.step(5)
    for term in session.terms.active:
        session.set_terms(session.terms.with_term(term, on=False))
    live.step(100_000)
    settle(live, pump)
    assert session.optimisation.status == "paused"
    assert "no term" in live.take_failure()
    session.set_terms(session.terms.with_term("joint", on=True))

    # Reset, it stands at the start of the frame that is shown then.
    session.go_to(1)
    live.reset()
    assert session.shown.snapshot is None
    settle(live, pump)
    assert (session.optimisation.rows, session.optimisation.iteration) == ((1,), 0)
    assert session.shown.snapshot is not None
    assert session.shown.snapshot.iteration == 0

    # Dropped, it is as if there had been none, whatever is still under way.
    live.step(100_000)
    live.drop()
    for _ in range(20):
        live.poll()
        time.sleep(0.02)
    assert session.optimisation == OptimisationState()
    assert session.shown.snapshot is None


def test_a_crash_is_told_and_the_next_start_works(
    live: LiveRun, session: Session, pump: Callable[..., None]
) -> None:
    live.step(100_000)
    pump(live.poll, lambda: session.optimisation.status == "running")
    child = live._child
    assert child is not None
    os.kill(child.process_id, signal.SIGKILL)
    settle(live, pump)
    assert session.optimisation.status == "failed"
    assert session.shown.snapshot is None
    assert "SIGKILL" in session.status
    live.step(1)
    settle(live, pump)
    assert session.optimisation.iteration == 1


def test_closing_while_it_starts_leaves_nothing(live: LiveRun, session: Session) -> None:
    live.start()
    assert multiprocessing.active_children()
    live.close()
    assert not multiprocessing.active_children()
