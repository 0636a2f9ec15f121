"""Books what the live run's child reports in the run's state, unless it is of a past that was left."""

from __future__ import annotations

from dataclasses import replace

from app.jobs.live_history import LiveHistory
from app.jobs.live_messages import KEPT, Loaded, Refused, Report
from app.session.optimisation import OptimisationState, Variant
from app.session.optimisation_variant import VariantStatus


class LiveAccount:
    """Numbers the orders to the child, and tells by the numbers which answers still count.

    Attributes:
        history: parameters of the iterations that were booked.
    """

    def __init__(self) -> None:
        self.history = LiveHistory()
        self._order = 0
        self._loading = 0
        self._last_orders: dict[str, int] = {}
        self._rewound: dict[str, int] = {}  # reports with lower numbers are of a past that was left
        self._held: set[str] = set()  # variants that stay at the iteration that they were taken to

    def begin(self) -> int:
        """Nothing of the run so far counts any more; gives the number of the order to load another."""
        self._order += 1
        self._loading = self._order
        self._last_orders.clear()
        self._rewound.clear()
        self._held.clear()
        self.history.clear()
        return self._order

    def number_advance(self, variant: str) -> int:
        """The number of an order to advance a variant."""
        self._order += 1
        self._last_orders[variant] = self._order
        return self._order

    def hold(self, variant: str) -> None:
        """Keep showing the iteration that a variant was taken to."""
        self._held.add(variant)

    def release(self, variant: str) -> None:
        """Show each iteration of a variant as it comes."""
        self._held.discard(variant)

    def rewind(self, variant: Variant, iteration: int) -> Variant:
        """The variant as it was at an iteration; only what its last order brings counts from here."""
        self._rewound[variant.id] = self._order
        self.history.cut(variant.id, iteration)
        kept = tuple(record for record in variant.energies if record.iteration <= iteration)
        return replace(variant, iteration=iteration, energies=kept)

    def drop(self, variant: str) -> None:
        """Forget a variant, and what is still reported of it."""
        self.history.drop(variant)
        self._rewound[variant] = self._order + 1

    def book(self, message: object, state: OptimisationState) -> OptimisationState:
        """The run's state after a message; the same where it does not count."""
        match message:
            case Refused(order, text) if order == self._loading:
                return OptimisationState("failed", state.rows, message=text)
            case Loaded() if message.order == self._loading:
                return self._book_start(message, state)
            case Report() if self.counts(message):
                variant = state.find(message.variant)
                if variant is not None:
                    return state.with_variant(self._book_report(message, variant))
        return state

    def counts(self, report: Report) -> bool:
        """Whether a report is of the run and the course that are followed now."""
        return report.order >= max(self._loading, self._rewound.get(report.variant, 0))

    def _book_start(self, loaded: Loaded, state: OptimisationState) -> OptimisationState:
        first = state.variants[0]
        self.history.begin(first.id, loaded.start)
        for variant in state.variants:
            if variant is not first:
                self.history.fork(variant.id, first.id, 0)
            state = state.with_variant(replace(variant, energies=(loaded.start.energies,)))
        return replace(state, phase="ready", unavailable=loaded.unavailable)

    def _book_report(self, report: Report, variant: Variant) -> Variant:
        self.history.add(report.variant, report.iterations)
        energies = tuple(iteration.energies for iteration in report.iterations)
        iteration = energies[-1].iteration if energies else variant.iteration
        finished = report.finished and report.order == self._last_orders.get(variant.id)
        ended: VariantStatus = "paused"
        if iteration >= variant.settings.iterations and not report.message:
            ended = "done"
        return replace(
            variant,
            status=ended if finished else variant.status,
            iteration=iteration,
            shown=variant.shown if variant.id in self._held else iteration,
            outstanding=0 if finished else max(variant.outstanding - len(energies), 0),
            energies=(variant.energies + energies)[-KEPT:],
            message=report.message,
        )
