"""How a run is cut into blocks, each of which one worker optimises for itself.

What is in a block, and in which batches, follows from the run's rows and the size of blocks alone: neither
who does it, nor when, nor how many do, changes a body.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from core.project.project import Project
    from core.project.runs import RunRecord

#: Bodies of one block on the processor, some ten seconds of one core, and on a card.
BLOCK, CARD_BLOCK = 120, 512
#: Bodies at a time on the processor, and on a card, which has room for more and is slow to start.
BATCH, CARD_BATCH = 40, 512


@dataclass(frozen=True)
class BlockTask:
    """One block that is to be optimised; see :mod:`core.engine.exclusion` for its parts.

    Attributes:
        number: of the block.
        bodies: in it.
        rows: in it; several where views share a body.
        shape_from: block whose shape its bodies keep; None where they find their own.
        shares_shape: whether its bodies find one shape together, in one batch.
        only: places of the bodies that are probed; None where the block is meant to be kept.
        excluded: places of bodies that are left out -> why.
    """

    number: int
    bodies: int
    rows: int
    shape_from: int | None = None
    shares_shape: bool = False
    only: tuple[int, ...] | None = None
    excluded: Mapping[int, str] = field(default_factory=dict)

    @property
    def is_probe(self) -> bool:
        """Whether its bodies are not to be kept."""
        return self.only is not None

    @property
    def parts(self) -> tuple[int, ...]:
        """Places of its bodies."""
        return tuple(range(self.bodies)) if self.only is None else self.only

    def probe(self, parts: tuple[int, ...]) -> Self:
        """These bodies alone, to see whether a worker survives them."""
        return replace(self, only=parts)

    def without(self, excluded: Mapping[int, str]) -> Self:
        """The block without some bodies, told why."""
        return replace(self, only=None, excluded=excluded)


def plan_blocks(
    rows: NDArray[np.intp], units: NDArray[np.intp], *, size: int, batch: int, shuffle: bool
) -> list[NDArray[np.intp]]:
    """Cut rows into blocks of neighbours.

    Args:
        rows: (n,) ascending.
        units: (n,) rows with the same number are one body.
        size: bodies of a block.
        batch: bodies of a batch in it.
        shuffle: mix the bodies of a block before it is cut into batches, each block by random numbers of its
            own.

    Returns:
        Rows of each block, batch by batch.
    """
    bodies = _count_off(units)
    count = int(bodies.max()) + 1 if len(rows) else 0
    places = np.arange(count) % size  # of each body in its block
    if shuffle:
        for number, start in enumerate(range(0, count, size)):
            part = places[start : start + size]
            places[start : start + size] = np.random.default_rng([0, number]).permutation(part)
    numbers = np.arange(count) // size
    order = np.lexsort((rows, places[bodies] // batch, numbers[bodies]))
    ends = np.flatnonzero(np.diff(numbers[bodies[order]])) + 1
    return np.split(rows[order], ends) if count else []


def list_tasks(project: Project, record: RunRecord) -> list[BlockTask]:
    """The blocks of a run, as they were planned when it was started."""
    samples, shares = record.details.get("samples", 0), record.shares_bodies
    tasks: list[BlockTask] = []
    sample_of: dict[str, int] = {}
    for number, rows in enumerate(project.run_table.list_block_rows(record)):
        subject = project.keys[rows[0]].subject
        if number < samples:
            sample_of[subject] = number
        tasks.append(
            BlockTask(
                number,
                bodies=len(np.unique(project.keys.instants[rows])) if shares else len(rows),
                rows=len(rows),
                shape_from=None if number < samples else sample_of.get(subject),
                shares_shape=number < samples,
            )
        )
    return tasks


def cut_block(units: NDArray[np.intp], *, batch: int | None) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Find the bodies and batches of a planned block.

    Args:
        units: (n,) of its rows, in its order.
        batch: bodies of a batch; None for all in one.

    Returns:
        (n,) place of each row's body in the block, and (n,) number of its batch.
    """
    places = _count_off(units)
    return places, np.zeros_like(places) if batch is None else places // batch


def _count_off(units: NDArray[np.intp]) -> NDArray[np.intp]:
    """Number the names in some list by their first appearance, from 0."""
    _, first, inverse = np.unique(units, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[inverse]
