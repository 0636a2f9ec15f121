"""One measured figure, as ``bench`` prints it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.bench.machine import describe_load


@dataclass(frozen=True)
class Row:
    """A figure with what it has to reach.

    Attributes:
        name: stable, for scripts.
        value: median of the runs; None where it cannot be measured here.
        unit: of value and target.
        target: what DESIGN asks for; None where it asks for nothing.
        holds: whether the target is met; None without a value or a target.
        runs: how often it was measured.
        note: what a person has to know: how it was measured, or why it was not.
    """

    name: str
    value: float | None
    unit: str
    target: float | None
    holds: bool | None
    runs: int
    note: str


@dataclass(frozen=True)
class Timing:
    """How long each of some calls took.

    Attributes:
        seconds: on the clock.
        processor: of all threads together; hardly depends on what else the machine does.
    """

    seconds: tuple[float, ...]
    processor: tuple[float, ...]

    @property
    def median(self) -> float:
        """Seconds on the clock."""
        return statistics.median(self.seconds)

    @property
    def processor_median(self) -> float:
        """Seconds of all threads together."""
        return statistics.median(self.processor)

    def per(self, units: float) -> list[float]:
        """Milliseconds on the clock that each call took for one of so many units."""
        return [1000 * each / units for each in self.seconds]

    def tell(self, units: float, unit: str) -> str:
        """The processor's time for one of so many units, in words."""
        milliseconds = 1000 * self.processor_median / units
        return f"processor time {_round(milliseconds):g} {unit}"


def make_row(
    name: str,
    samples: Sequence[float],
    unit: str,
    *,
    target: float | None = None,
    more_is_better: bool = False,
    note: str = "",
) -> Row:
    """A row from several measurements: their median counts, the best is told beside it."""
    value = statistics.median(samples)
    best = max(samples) if more_is_better else min(samples)
    holds = None if target is None else (value >= target if more_is_better else value <= target)
    parts = [note, f"best {_round(best):g}" if len(samples) > 1 else "", describe_load()]
    told = "; ".join(part for part in parts if part)
    return Row(name, _round(value), unit, target, holds, len(samples), told)


def skip_row(name: str, unit: str, why: str, *, target: float | None = None) -> Row:
    """A row that cannot be measured here."""
    return Row(name, None, unit, target, None, 0, f"not measured: {why}")


def time_calls(function: Callable[[], object], *, runs: int, warm_up: int = 1) -> Timing:
    """How long each of some calls takes, after some that do not count."""
    for _ in range(warm_up):
        function()
    seconds, processor = [], []
    for _ in range(runs):
        started, used = time.perf_counter(), time.process_time()
        function()
        processor.append(time.process_time() - used)
        seconds.append(time.perf_counter() - started)
    return Timing(tuple(seconds), tuple(processor))


def _round(value: float) -> float:
    return float(f"{value:.4g}")
