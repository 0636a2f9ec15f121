"""The live run as the window sees it: orders go to the child process, what it did comes into the session."""

from __future__ import annotations

import time
from dataclasses import replace

from app.jobs.child import Child, ChildError
from app.jobs.live_account import LiveAccount
from app.jobs.live_bodies import LiveBodies
from app.jobs.live_messages import (
    Advance,
    Discard,
    Fork,
    Load,
    Look,
    PullsFound,
    Report,
    Steer,
)
from app.jobs.live_pace import LivePace
from app.jobs.live_process import run_live
from app.jobs.live_pulls import LivePulls
from app.session.optimisation import OptimisationState, Variant
from app.session.optimisation_variant import VARIANT_IDS, VariantStatus
from app.session.session import Session
from core.errors import SettingsError

#: Seconds between two bodies shown.
FRAME_INTERVAL = 1 / 30
#: Seconds after a switched term in which every body is shown as soon as it comes.
EAGER = 0.1


class LiveRun:
    """Optimises the body of the frame that was shown when the run was loaded, in one variant or several."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._child: Child | None = None
        self._account = LiveAccount()
        self._history = self._account.history
        self._bodies = LiveBodies(session, self._history)
        self._pulls = LivePulls(session)
        self._pace = LivePace()
        self._view: int | None = None
        self._shown_at = self._steered_at = 0.0
        self._failure = ""

    @property
    def busy(self) -> bool:
        """Whether frames are being prepared, a step is outstanding, or pulls are being found."""
        return self._session.optimisation.busy or self._pulls.waiting

    def take_failure(self) -> str:
        """Why the run failed since this was last asked; empty where it did not."""
        failure, self._failure = self._failure, ""
        return failure

    def warm(self) -> None:
        """Start the child process, so that the first run need not wait for it."""
        if self._child is None:
            self._child = Child(run_live, name="live optimisation")

    # Orders

    def start(self, *, every: bool = False) -> None:
        """Run until the settings' number of iterations is done; after that, as many again.

        Args:
            every: run all variants, to the same iteration; otherwise the active one.
        """
        self._prepare()
        run = self._session.optimisation
        behind = [variant for variant in run.variants if variant.shown < variant.settings.iterations]
        chosen = (
            (behind or run.variants)
            if every
            else [variant for variant in run.variants if variant.id == run.active]
        )
        for variant in chosen:
            iterations = variant.settings.iterations
            self._advance(variant, iterations - variant.shown % iterations)

    def step(self, steps: int) -> None:
        """Do so many steps of the active variant, then pause."""
        self._prepare()
        course = self._session.optimisation.course
        assert course is not None
        self._advance(course, steps)

    def pause(self) -> None:
        """Stop every variant before its next step."""
        for variant in self._session.optimisation.variants:
            if variant.outstanding:
                self._advance(variant, 0)

    def reset(self) -> None:
        """Go back to the body that the run started from, with the labels and regressors of now."""
        if self._session.optimisation.phase != "off":
            self._load()

    def drop(self) -> None:
        """Forget the run, so that the stored bodies are shown again."""
        if self._session.optimisation.phase == "off":
            return
        self._forget()
        if self._child is not None:
            for variant in self._session.optimisation.variants:
                self._child.send(Discard(variant.id))
        self._session.set_optimisation(OptimisationState())

    def go_to_iteration(self, iteration: int) -> None:
        """Show an earlier iteration of every variant that has it; the run pauses, and goes on from there.

        Raises:
            SettingsError: the active variant has not kept that iteration.
        """
        run = self._session.optimisation
        if self._history.get(run.active, iteration) is None:
            there = self._history.describe(run.active)
            raise SettingsError(f"iteration {iteration} is not kept; {there}")
        self.pause()
        run = self._session.optimisation
        for variant in run.variants:
            shown = iteration if self._history.get(variant.id, iteration) is not None else variant.iteration
            run = run.with_variant(replace(variant, shown=shown))
            self._account.hold(variant.id)
        self._session.set_optimisation(run)
        self._bodies.show()

    def fork(self, *, iteration: int | None = None, name: str = "", without: str | None = None) -> None:
        """Begin a variant at an iteration of the active one, and make it the active one.

        Args:
            iteration: the shown one if not given.
            name: what a person reads; told by the terms if not given.
            without: term to switch off in it.

        Raises:
            SettingsError: there is no room for another variant, or the iteration is not kept.
        """
        self._prepare()
        self._steer()
        run = self._session.optimisation
        parent = run.course
        assert parent is not None
        assert self._child is not None
        at = parent.shown if iteration is None else iteration
        free = [variant for variant in VARIANT_IDS if run.find(variant) is None]
        if not free:
            raise SettingsError(
                f"there are {len(run.variants)} variants, as many as can be; remove one first"
            )
        begun = run.phase == "ready"
        if (self._history.get(parent.id, at) is None) if begun else at > 0:
            raise SettingsError(f"iteration {at} is not kept; {self._history.describe(parent.id)}")
        settings = parent.settings
        if without is not None:
            settings = settings.with_term(without, on=False)
        variant = Variant(
            free[0],
            name,
            settings,
            parent=parent.id,
            forked_at=at,
            iteration=at,
            shown=at,
            energies=tuple(record for record in parent.energies if record.iteration <= at),
        )
        self._child.send(Fork(variant.id, parent.id, at, settings))
        if begun:
            self._history.fork(variant.id, parent.id, at)
        self._session.set_optimisation(run.with_variant(variant))
        self.choose(variant.id)

    def choose(self, variant: str) -> None:
        """Make a variant the active one: its terms are shown and set, its body is drawn.

        Raises:
            SettingsError: there is no such variant.
        """
        self._steer()
        run = self._session.optimisation
        chosen = self._find(variant)
        run = replace(run, active=variant)
        self._session.run_view.receive_snapshots(self._bodies.find_changed(run))
        self._session.set_optimisation(run)
        self._session.set_terms(chosen.settings)

    def rename(self, variant: str, name: str) -> None:
        """Give a variant a name of its own; an empty one lets its terms tell.

        Raises:
            SettingsError: there is no such variant.
        """
        renamed = replace(self._find(variant), name=name)
        self._session.set_optimisation(self._session.optimisation.with_variant(renamed))
        self._session.show_snapshots({})

    def remove(self, variant: str) -> None:
        """Forget a variant; the one before it becomes the active one if it was.

        Raises:
            SettingsError: there is no such variant, or no other one.
        """
        self._steer()
        run, removed = self._session.optimisation, self._find(variant)
        if len(run.variants) == 1:
            raise SettingsError(f"{variant} is the only variant; reset the run to begin anew")
        place = run.variants.index(removed)
        others = tuple(known for known in run.variants if known is not removed)
        active = others[max(place - 1, 0)].id if run.active == variant else run.active
        if self._child is not None:
            self._child.send(Discard(variant))
        self._session.run_view.forget_variant(variant)
        self._account.drop(variant)
        self._session.set_optimisation(replace(run, variants=others))
        self.choose(active)
        self._session.show_snapshots({})

    # What comes back

    def poll(self) -> None:
        """Take over what the child has done since; to be called on the GUI thread."""
        if self._child is None:
            return
        if self._session.optimisation.phase == "ready":
            self._steer()
        now = time.monotonic()
        if now - self._shown_at < FRAME_INTERVAL and now - self._steered_at > EAGER:
            return
        self._shown_at = now
        try:
            messages = list(self._child.receive())
        except ChildError as error:
            self._fail(f"The live run stopped: {error}")
            return
        before = self._session.optimisation
        state = before
        for message in messages:
            state = self._take(message, state)
        pace = self._pace.measure(state, now)
        if pace != state.pace:
            state = replace(state, pace=pace)
        if state is not before:
            self._session.set_optimisation(state)
            self._tell(before, state)
        if state.phase == "ready":
            self._look()
            self._bodies.show()
            self._pulls.ask(self._child)

    def turn_to(self, row: int) -> None:
        """Have the bodies ready for a frame that is about to be shown, if it is one of the run's."""
        self._bodies.turn_to(row)

    def close(self) -> None:
        """End the child process."""
        if self._child is not None:
            self._child.stop()
            self._child = None

    def _prepare(self) -> None:
        run, session = self._session.optimisation, self._session
        if not run.alive or session.row not in run.rows or run.views != session.terms.views:
            self._load()

    def _find_rows(self) -> tuple[int, ...]:
        """Rows of the shown frame's body: the frame's own, or those of all views that share it."""
        session = self._session
        if session.terms.views == 1:
            return (session.row,)
        rows = session.project.keys.rows_at(session.key.instant)
        present = session.project.bodies_present(session.body_source, rows)
        others = [int(row) for row in rows[present] if row != session.row]
        return tuple(sorted([session.row, *others[: session.terms.views - 1]]))

    def _load(self) -> None:
        session = self._session
        regressor = session.pulling_regressor
        self.warm()
        assert self._child is not None
        order = self._forget()
        rows = self._find_rows()
        first = VARIANT_IDS[0]
        self._view = rows.index(session.row)
        self._bodies.turn_to(session.row)
        load = Load(
            order=order,
            variant=first,
            project=session.project.path,
            rows=rows,
            view=self._view,
            source=session.body_source,
            regressor=regressor,
            settings=session.terms,
        )
        self._child.send(load)
        variant = Variant(first, "", session.terms)
        session.set_optimisation(OptimisationState("starting", rows, load.settings.views, (variant,), first))

    def _forget(self) -> int:
        """What the child still reports of the run so far is not taken over; gives the next one's number."""
        self._bodies.forget()
        self._pulls.forget()
        return self._account.begin()

    def _advance(self, variant: Variant, steps: int) -> None:
        assert self._child is not None
        self._steer()  # what was switched before the step counts in it
        variant = self._find(variant.id)
        order = self._account.number_advance(variant.id)
        start = None
        if steps:
            self._account.release(variant.id)
            if variant.shown != variant.iteration:
                start = variant.shown
                variant = self._account.rewind(variant, start)
        self._child.send(Advance(order, variant.id, steps, start))
        status: VariantStatus = "running" if steps else variant.status
        changed = replace(variant, outstanding=steps, status=status, message="")
        self._session.set_optimisation(self._session.optimisation.with_variant(changed))

    def _steer(self) -> None:
        """The active variant takes the session's terms."""
        run, terms = self._session.optimisation, self._session.terms
        if run.course is not None and run.course.settings is not terms and self._child is not None:
            self._child.send(Steer(run.active, terms))
            self._steered_at = time.monotonic()
            self._session.set_optimisation(run.with_variant(replace(run.course, settings=terms)))

    def _look(self) -> None:
        if self._bodies.view is not None and self._bodies.view != self._view and self._child is not None:
            self._view = self._bodies.view
            self._child.send(Look(self._view))

    def _take(self, message: object, state: OptimisationState) -> OptimisationState:
        if isinstance(message, PullsFound):
            self._pulls.take(message)
        elif isinstance(message, Report) and self._account.counts(message) and state.find(message.variant):
            self._bodies.take(message)
        return self._account.book(message, state)

    def _tell(self, before: OptimisationState, state: OptimisationState) -> None:
        said = {variant.message for variant in before.variants} | {before.message}
        for message in (state.message, *(variant.message for variant in state.variants)):
            if message and message not in said:
                self._failure = message
                self._session.set_status(message)

    def _find(self, variant: str) -> Variant:
        found = self._session.optimisation.find(variant)
        if found is None:
            known = ", ".join(each.id for each in self._session.optimisation.variants) or "none"
            raise SettingsError(f"there is no variant {variant!r}; there is {known}")
        return found

    def _fail(self, message: str) -> None:
        self.close()
        self._forget()
        self._failure = message
        rows = self._session.optimisation.rows
        self._session.set_optimisation(OptimisationState("failed", rows, message=message))
        self._session.set_status(message)
