"""Where a variant's optimiser stood at the start and at its last iterations, in one table."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from app.jobs.live_messages import KEPT
from core.optimize.loop import OptimizerState


@dataclass(frozen=True)
class _Part:
    """A tensor of a state: ``name`` of a moment of a variable, or empty for the variable itself."""

    variable: int
    name: str
    shape: torch.Size
    dtype: torch.dtype


class LiveStates:
    """The start and the last :data:`~app.jobs.live_messages.KEPT` iterations; older ones make room.

    A row an iteration, made once: kept as small tensors of their own, states would lie in the heap between
    the large ones that each step makes and drops. Two thousand iterations of four views held 600 MB that way,
    of which the states are 4.

    Args:
        start: before the first step.
    """

    def __init__(self, start: OptimizerState) -> None:
        self._start = start
        self._parts: tuple[_Part, ...] = ()
        self._table: Tensor | None = None  # [KEPT, numbers of a state]
        self._first = start.iteration + 1
        self._newest = start.iteration

    @property
    def newest(self) -> int:
        """The last iteration that is kept."""
        return self._newest

    @property
    def iterations(self) -> list[int]:
        """All that are kept, in order."""
        return [self._start.iteration, *range(self._first, self._newest + 1)]

    def __contains__(self, iteration: int) -> bool:
        return iteration == self._start.iteration or self._first <= iteration <= self._newest

    def add(self, state: OptimizerState) -> None:
        """Keep the state after the newest."""
        parts = _list_parts(state)
        values = [_find(state, part).reshape(-1) for part in parts]
        if self._table is None or parts != self._parts:
            width, like = sum(map(len, values)), state.variables[0]
            self._parts, self._first = parts, state.iteration
            self._table = torch.empty((KEPT, width), dtype=like.dtype, device=like.device)
        torch.cat([each.to(self._table.dtype) for each in values], out=self._table[state.iteration % KEPT])
        self._newest = state.iteration
        self._first = max(self._first, self._newest - KEPT + 1)

    def get(self, iteration: int) -> OptimizerState:
        """A state that is kept.

        Raises:
            KeyError: it is not.
        """
        if iteration == self._start.iteration:
            return self._start
        if iteration not in self or self._table is None:
            raise KeyError(iteration)
        row = self._table[iteration % KEPT].clone()
        sizes = [part.shape.numel() for part in self._parts]
        values = [each.view(part.shape).to(part.dtype) for part, each in zip(self._parts, row.split(sizes))]
        variables, moments = list[Tensor](), list[dict[str, Tensor]]()
        for part, value in zip(self._parts, values):
            if part.name:
                moments[part.variable][part.name] = value
            else:
                variables.append(value)
                moments.append({})
        first, second, third = variables
        return OptimizerState(iteration, (first, second, third), tuple(moments))

    def cut(self, iteration: int) -> None:
        """Forget what came after an iteration that is kept."""
        self._newest = iteration
        self._first = min(self._first, iteration + 1)

    def copy(self, iteration: int) -> LiveStates:
        """The states up to one that is kept; they go on apart from these."""
        copied = LiveStates(self._start)
        copied._parts, copied._first, copied._newest = self._parts, self._first, self._newest
        copied._table = None if self._table is None else self._table.clone()
        copied.cut(iteration)
        return copied


def _list_parts(state: OptimizerState) -> tuple[_Part, ...]:
    """Every tensor of a state: each variable, then what Adam remembers of it."""
    parts = []
    for number, (variable, moments) in enumerate(zip(state.variables, state.moments)):
        for name, tensor in {"": variable, **moments}.items():
            parts.append(_Part(number, name, tensor.shape, tensor.dtype))
    return tuple(parts)


def _find(state: OptimizerState, part: _Part) -> Tensor:
    return state.moments[part.variable][part.name] if part.name else state.variables[part.variable]
