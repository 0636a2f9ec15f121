"""A variant of the live run in its child process: an optimiser, and where it has stood at each iteration."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

from app.jobs.live_messages import Iteration
from app.jobs.live_states import LiveStates
from app.session.optimisation_variant import Energies
from core.energy.discriminators import Discriminators
from core.optimize.loop import Optimizer
from core.optimize.measuring import balance_terms
from core.optimize.opening import open_optimizer
from core.optimize.problem import Problem
from core.optimize.pulls import Pull, find_pulls
from core.optimize.settings import JointAlignment, Settings
from core.types import FloatArray


@dataclass(frozen=True)
class Ground:
    """What all variants of a run stand on.

    Attributes:
        problem: the body and its evidence.
        views: how many views share the body, settled when the run begins.
        alignment: of the joint term that the others were balanced with.
        discriminators: untrained.
    """

    problem: Problem
    views: int
    alignment: JointAlignment
    discriminators: Discriminators = field(default_factory=Discriminators)

    @cached_property
    def _balanced(self) -> dict[str, float]:
        return balance_terms(self.problem, joint_alignment=self.alignment, discriminators=self.discriminators)

    def fit(self, settings: Settings) -> Settings:
        """The settings with what was settled when the run began."""
        return replace(settings, views=self.views)

    def find_scales(self, settings: Settings) -> dict[str, float]:
        """Factors of the terms; a preset that is chosen on the way may balance them or not."""
        return self._balanced if settings.balanced else dict.fromkeys(settings.terms, 1.0)

    def make_optimizer(self, settings: Settings) -> Optimizer:
        """An optimiser at the problem's start."""
        return open_optimizer(
            self.problem,
            self.fit(settings),
            scales=self.find_scales(settings),
            discriminators=self.discriminators,
        )


class Branch:
    """Steps one optimiser and can go back.

    Args:
        ground: of the run.
        settings: of the next step.
        states: where the optimiser has stood, the last of them where it stands; without them it begins at
            the problem's start.

    Attributes:
        order: number of the last order about it.
        steps: left to do.
        settings: of the next step.
        iterations: done since they were last reported.
        vertices: (N, V, 3) of the last iteration; None until one is done here.
    """

    def __init__(self, ground: Ground, settings: Settings, states: LiveStates | None = None) -> None:
        self._ground = ground
        self.order = self.steps = 0
        self.settings = settings
        self.iterations: list[Iteration] = []
        # Nothing is placed again where states say how the bodies stand.
        self._optimizer = ground.make_optimizer(
            settings if states is None else replace(settings, placing_steps=0)
        )
        if states is None:
            self._states = LiveStates(self._optimizer.save_state())
        else:
            self._states = states
            self._optimizer.restore_state(states.get(states.newest))
        self.vertices: FloatArray | None = None

    def fork(self, iteration: int, settings: Settings) -> Branch | None:
        """A branch with the iterations up to one in common with this; None where that is not kept."""
        if iteration not in self._states:
            return None
        return Branch(self._ground, settings, self._states.copy(iteration))

    def go_back(self, iteration: int) -> None:
        """Stand where an iteration left the body, and forget the later ones; nothing where it is not kept."""
        if iteration in self._states and iteration != self._optimizer.iteration:
            self._optimizer.restore_state(self._states.get(iteration))
            self._states.cut(iteration)
            self.iterations.clear()

    def step(self) -> None:
        """Take one step.

        Raises:
            SettingsError: no term that is on can be used.
        """
        self._optimizer.scales = self._ground.find_scales(self.settings)
        self._optimizer.advance(self._ground.fit(self.settings))
        self.steps -= 1
        self._states.add(self._optimizer.save_state())
        self.take()

    def take(self) -> None:
        """Note the energies and the body as they are."""
        snapshot = self._optimizer.take_snapshot()
        energies = Energies(snapshot.iteration, dict(snapshot.energies), dict(snapshot.bare), snapshot.total)
        self.iterations.append(Iteration(energies, snapshot.parameters))
        self.vertices = snapshot.vertices

    def find_pulls(self, iteration: int, settings: Settings) -> dict[str, Pull]:
        """Which term pulls where at an iteration; nothing where it is not kept."""
        if iteration not in self._states:
            return {}
        return find_pulls(
            self._optimizer.problem,
            self._ground.fit(settings),
            self._states.get(iteration),
            scales=self._ground.find_scales(settings),
            discriminators=self._ground.discriminators,
        )
