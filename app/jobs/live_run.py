"""The live run as the window sees it: orders go to the child process, what it did comes into the session."""

from __future__ import annotations

import time
from dataclasses import replace

from app.jobs.child import Child, ChildError
from app.jobs.live_process import Advance, Attached, Load, Loaded, Refused, Report, run_live
from app.jobs.snapshot_ring import SnapshotRing
from app.session.optimisation import OptimisationState, OptimisationStatus
from app.session.session import Session
from core.errors import SettingsError

#: Seconds between two bodies shown.
FRAME_INTERVAL = 1 / 30


class LiveRun:
    """Optimises the body of the frame that was shown when the run was loaded."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._child: Child | None = None
        self._ring: SnapshotRing | None = None
        self._order = 0
        self._loading = 0
        self._sent = session.terms
        self._following = True
        self._newest = -1
        self._shown_at = 0.0
        self._failure = ""

    @property
    def busy(self) -> bool:
        """Whether a frame is being prepared or a step is outstanding."""
        state = self._session.optimisation
        return state.status in ("starting", "running") or state.outstanding > 0

    @property
    def kept(self) -> tuple[int, int] | None:
        """First and last iteration that :meth:`go_to_iteration` can show; None without a run."""
        loaded = self._session.optimisation.status in ("running", "paused", "done")
        return self._ring.kept if self._ring and loaded else None

    def take_failure(self) -> str:
        """Why the run failed since this was last asked; empty where it did not."""
        failure, self._failure = self._failure, ""
        return failure

    def warm(self) -> None:
        """Start the child process, so that the first run need not wait for it."""
        if self._child is None:
            vertex_count = len(self._session.project.body().v_template)
            self._ring = SnapshotRing(vertex_count)
            self._child = Child(run_live, self._ring.name, vertex_count, name="live optimisation")

    def start(self) -> None:
        """Run until the settings' number of iterations is done; after that, as many again."""
        self._prepare()
        iterations = self._session.terms.iterations
        self._advance(iterations - self._session.optimisation.iteration % iterations)

    def step(self, steps: int) -> None:
        """Do so many steps, then pause."""
        self._prepare()
        self._advance(steps)

    def pause(self) -> None:
        """Stop before the next step."""
        if self._session.optimisation.outstanding:
            self._advance(0)

    def reset(self) -> None:
        """Go back to the body that the run started from, with the labels and regressors of now."""
        if self._session.optimisation.status != "off":
            self._load()

    def drop(self) -> None:
        """Forget the run, so that the stored bodies are shown again."""
        if self._session.optimisation.status == "off":
            return
        self._order += 1
        self._loading = self._order  # nothing that the child still reports is taken over
        if self._child is not None:
            self._child.send(Advance(self._order, 0))
        self._session.set_optimisation(OptimisationState())

    def go_to_iteration(self, iteration: int) -> None:
        """Show the body of an earlier iteration; the run pauses.

        Raises:
            SettingsError: that iteration is not kept.
        """
        kept = self.kept
        snapshot = self._ring.read(iteration) if self._ring and kept else None
        if snapshot is None:
            there = f"there are {kept[0]} to {kept[1]}" if kept else "there is no live run"
            raise SettingsError(f"iteration {iteration} is not kept; {there}")
        self.pause()
        self._following = False
        self._session.show_snapshot(snapshot)

    def poll(self) -> None:
        """Take over what the child has done since; to be called on the GUI thread."""
        if self._child is None or time.monotonic() - self._shown_at < FRAME_INTERVAL:
            return
        self._shown_at = time.monotonic()
        try:
            messages = list(self._child.receive())
        except ChildError as error:
            self._fail(f"The live run stopped: {error}")
            return
        before = self._session.optimisation
        state = before
        for message in messages:
            state = self._take(message, state)
        if state.status in ("running", "paused", "done"):
            self._send_settings()
            self._show_newest()
        if state != before:
            self._session.set_optimisation(state)
            if state.message and state.message != before.message:
                self._failure = state.message
                self._session.set_status(state.message)

    def close(self) -> None:
        """End the child process and let go of the shared memory."""
        if self._child is not None:
            self._child.stop()
            self._child = None
        if self._ring is not None:
            self._ring.close()
            self._ring = None

    def _prepare(self) -> None:
        state = self._session.optimisation
        if state.row != self._session.row or not state.alive:
            self._load()

    def _load(self) -> None:
        session = self._session
        regressor = session.pulling_regressor
        self.warm()
        assert self._child is not None
        self._order += 1
        self._loading = self._order
        self._following, self._newest = True, -1
        self._sent = session.terms
        load = Load(
            order=self._order,
            project=session.project.path,
            row=session.row,
            source=session.body_source,
            regressor=regressor,
            settings=session.terms,
        )
        self._child.send(load)
        session.set_optimisation(OptimisationState(status="starting", row=session.row))

    def _advance(self, steps: int) -> None:
        assert self._child is not None
        self._order += 1
        self._following = self._following or steps > 0
        self._send_settings()  # what was switched before the step counts in it
        self._child.send(Advance(self._order, steps))
        state = self._session.optimisation
        status = state.status if state.status == "starting" or not steps else "running"
        self._session.set_optimisation(replace(state, outstanding=steps, status=status))

    def _take(self, message: object, state: OptimisationState) -> OptimisationState:
        match message:
            case Attached() if self._ring is not None:
                self._ring.unlink()
            case Refused(order, text) if order == self._loading:
                return OptimisationState(status="failed", row=state.row, message=text)
            case Loaded(order, unavailable) if order == self._loading:
                return replace(
                    state, status="paused" if order == self._order else "running", unavailable=unavailable
                )
            case Report() if message.order > self._loading:
                return self._account(message, state)
        return state

    def _account(self, report: Report, state: OptimisationState) -> OptimisationState:
        energies = report.energies
        finished = report.finished and report.order == self._order
        iteration = energies[-1].iteration if energies else state.iteration
        ended: OptimisationStatus = "paused"
        if iteration >= self._session.terms.iterations and not report.message:
            ended = "done"
        return replace(
            state,
            status=ended if finished else state.status,
            iteration=iteration,
            outstanding=0 if finished else max(state.outstanding - len(energies), 0),
            energies=state.energies + energies,
            message=report.message,
        )

    def _send_settings(self) -> None:
        if self._child is not None and self._sent is not self._session.terms:
            self._sent = self._session.terms
            self._child.send(self._sent)

    def _show_newest(self) -> None:
        if self._ring is None or not self._following or self._ring.newest == self._newest:
            return
        snapshot = self._ring.read(self._ring.newest)
        if snapshot is not None:
            self._newest = snapshot.iteration
            self._session.show_snapshot(snapshot)

    def _fail(self, message: str) -> None:
        self.close()
        self._failure = message
        row = self._session.optimisation.row
        self._session.set_optimisation(OptimisationState(status="failed", row=row, message=message))
        self._session.set_status(message)
