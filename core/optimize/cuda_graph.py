"""An optimiser whose steps on a card are recorded once, as a CUDA graph, and then replayed.

A step is some hundred small kernels. Launching them one by one keeps the processor busy for longer than the
card; a graph launches all of them at once.
"""

from __future__ import annotations

from collections.abc import Callable

import torch

from core.energy.terms import TERMS
from core.optimize.loop import Optimizer, OptimizerState, Snapshot, find_rate
from core.optimize.posed_bodies import PosedBodies
from core.optimize.settings import Settings

#: Steps that are taken one kernel at a time before one is recorded: the first compiles and allocates.
UNRECORDED = 2


class RecordedOptimizer(Optimizer):
    """An :class:`Optimizer` that gives the same bodies, from a recording of its step.

    Weights and step sizes are read from the card's memory when the step is replayed, so that a term may be
    weighted anew, or switched off and on again, without another recording. One is needed for a term that was
    never on, another way of comparing joints or of drawing silhouettes, or another momentum, and when bodies
    are put back to an earlier state.
    Off a card the step is not recorded but run.
    """

    def reset(self) -> None:
        """Back to the problem's start; forgets the recording."""
        self._replay: Callable[[], None] | None = None
        self._recorded: tuple[frozenset[str], str, str, float, float] | None = None
        self._behind = False
        self._taken = 0
        self._refusal: str | None = None
        device = self.problem.placed.device
        self._weights = {term: Dial(device) for term in TERMS}
        self._rates = Dial(device), Dial(device), Dial(device)
        super().reset()

    def advance(self, settings: Settings | None = None) -> None:
        """Take one step of Adam; see :meth:`Optimizer.advance`."""
        settings = settings or self.settings
        wanted = frozenset(settings.active) - self.problem.unavailable.keys()
        if self._taken < UNRECORDED or not wanted or self._refusal is not None:
            self._catch_up()
            super().advance(settings)
            self._taken += 1
            return
        self.settings = settings
        terms, *manner = self._recorded or (frozenset(),)
        if not wanted <= terms or tuple(manner) != _tell_manner(settings):
            self._record(wanted | terms, settings)
            if self._replay is None:
                self.advance(settings)
                return
        rate = find_rate(self.iteration, settings)
        for term in terms | wanted:
            self._weights[term].turn(self._weigh(term, settings) if term in wanted else 0.0)
        for dial, step in zip(self._rates, settings.rates, strict=True):
            dial.turn(step * rate)
        assert self._replay is not None
        self._replay()
        self.iteration += 1
        self._behind = True

    def _record(self, terms: frozenset[str], settings: Settings) -> None:
        """Record a step with these terms; where that fails, remember why."""
        everything = settings.with_only(terms)
        for group, dial in zip(self._adam.param_groups, self._rates):
            group["lr"] = dial.number
            group["betas"] = (settings.momentum, settings.second_momentum)
        self._forget()

        def step() -> None:
            self._pose()
            errors = self._measure(everything)
            self._descend(errors, {term: self._weights[term].number for term in errors})

        self._replay, self._recorded = None, None
        try:
            self._replay = record_step(step, self._sixd.device)
        except torch.OutOfMemoryError:
            raise
        except RuntimeError as error:
            self._refusal = str(error).partition("\n")[0]
        else:
            self._recorded = (terms, *_tell_manner(settings))
        self._behind = True

    def _forget(self) -> None:
        """Let go of the last step's graph of derivatives, which belongs to another stream."""
        del self._rotations, self._body_betas, self._vertices, self._errors

    def _catch_up(self) -> None:
        """Pose the bodies where the replayed steps have left them."""
        if self._behind:
            self._behind = False
            self._pose()

    def take_snapshot(self) -> Snapshot:
        """Where the bodies stand now."""
        self._catch_up()
        return super().take_snapshot()

    def measure_evidence(self, settings: Settings) -> float:
        """As :meth:`Optimizer.measure_evidence`."""
        self._catch_up()
        return super().measure_evidence(settings)

    def read_bodies(self) -> PosedBodies:
        """The bodies as they stand, camera frame."""
        self._catch_up()
        return super().read_bodies()

    def restore_state(self, state: OptimizerState) -> None:
        """Go on from where an optimiser of the same problem has stood; its moments need another recording."""
        self._replay, self._recorded, self._behind, self._taken = None, None, False, 0
        super().restore_state(state)

    def _find_notes(self) -> tuple[str, ...]:
        notes = super()._find_notes()
        if self._refusal is None:
            return notes
        return (
            *notes,
            f"steps are launched one kernel at a time, as they cannot be recorded: {self._refusal}",
        )


def _tell_manner(settings: Settings) -> tuple[str, str, float, float]:
    """What of the settings, but for the terms, is fixed in a recording."""
    return settings.joint_alignment, settings.silhouette, settings.momentum, settings.second_momentum


class Dial:
    """A number in the device's memory, written only when it changes.

    Attributes:
        number: a tensor without dimensions, float32.
    """

    def __init__(self, device: torch.device) -> None:
        self.number = torch.zeros((), device=device)
        self._value = 0.0

    def turn(self, value: float) -> None:
        """Set the number."""
        if value != self._value:
            self.number.fill_(value)
            self._value = value


def record_step(step: Callable[[], None], device: torch.device) -> Callable[[], None]:
    """Something that does a step each time it is called, reading its inputs where they lie at the time.

    Args:
        step: does not wait for the card, and changes tensors in place; recorded on a card, but not run.
        device: where the step computes; off a card the step itself is given back.

    Raises:
        RuntimeError: the step does something that a CUDA graph cannot hold.
    """
    if device.type != "cuda":
        return step
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        step()
    return graph.replay
