"""Items that cost every worker its life: what in them does it is found by halving, and left out.

One bad frame in a million must not stop a run, nor take the frames along that share its block.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Protocol, Self

from core.engine.engine import Engine, Outcome, Work
from core.errors import EngineError

#: Parts left out of one item above which the parts are not what is wrong.
MOST_EXCLUDED = 8


class Divisible(Protocol):
    """An item that consists of parts, some of which may be left out."""

    @property
    def is_probe(self) -> bool:
        """Whether it is done only to see whether a worker survives it."""
        ...

    @property
    def parts(self) -> tuple[int, ...]:
        """Names of the parts that are in it."""
        ...

    def probe(self, parts: tuple[int, ...]) -> Self:
        """The same work on these parts alone, whose result is not kept."""
        ...

    def without(self, excluded: Mapping[int, str]) -> Self:
        """The same work without some parts, told why."""
        ...


def do_all(
    engine: Engine,
    work: Work,
    shared: Any,
    items: Iterable[Divisible],
    keep: Callable[[Outcome], None],
) -> None:
    """Do items as :func:`map_excluding` and keep what comes of each.

    Args:
        engine: does them.
        work: ``function(shared, item, device)``, importable.
        shared: sent to each worker once.
        items: small and picklable.
        keep: told of every item that is done.

    Raises:
        EngineError: as :func:`map_excluding`.
        KeyboardInterrupt: after the items under way were kept, too.
    """
    try:
        for outcome in map_excluding(engine, work, shared, items):
            keep(outcome)
    except KeyboardInterrupt:
        for outcome in engine.drain():
            if not outcome.item.is_probe:
                keep(outcome)
        raise


def map_excluding(engine: Engine, work: Work, shared: Any, items: Iterable[Divisible]) -> Iterator[Outcome]:
    """Do items as :meth:`Engine.map`; those that were given up are done at the end, without what harms.

    Yields:
        One outcome an item, without error; its item tells what was left out.

    Raises:
        EngineError: too much of an item fails, or none of its parts does and yet the whole.
    """
    given_up: list[Outcome] = []
    for outcome in engine.map(work, shared, items):
        if outcome.error is None:
            yield outcome
        else:
            given_up.append(outcome)
    for failed in given_up:
        excluded = _find_culprits(engine, work, shared, failed)
        for outcome in engine.map(work, shared, [failed.item.without(excluded)]):
            if outcome.error is not None:
                raise EngineError(
                    f"a block fails {outcome.attempts} workers one after the other, and no single frame of "
                    f"it does: {outcome.error}; more memory for each worker, or fewer of them, may help"
                )
            yield outcome


def _find_culprits(engine: Engine, work: Work, shared: Any, failed: Outcome) -> dict[int, str]:
    culprits: dict[int, str] = {}
    suspects: list[tuple[int, ...]] = [failed.item.parts]
    while suspects:
        halves = [half for parts in suspects for half in _halve(parts)]
        suspects = []
        for outcome in engine.map(work, shared, [failed.item.probe(half) for half in halves]):
            if outcome.error is None:
                continue
            if len(outcome.item.parts) > 1:
                suspects.append(outcome.item.parts)
            else:
                culprits[outcome.item.parts[0]] = outcome.error
        if len(suspects) + len(culprits) > MOST_EXCLUDED:
            raise EngineError(
                f"workers fail at whatever they are given, so it is not the frames' fault: {failed.error}"
            )
    return culprits


def _halve(parts: tuple[int, ...]) -> list[tuple[int, ...]]:
    middle = len(parts) // 2
    return [half for half in (parts[:middle], parts[middle:]) if half]
