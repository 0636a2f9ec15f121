"""An optimiser that takes its steps without a graph of derivatives: what runs on the processor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import torch
from torch import Tensor

from core.optimize.adam import take_adam_step
from core.optimize.direct_step import KNOWN, DirectStep
from core.optimize.loop import Optimizer, Snapshot
from core.optimize.posed_bodies import PosedBodies
from core.optimize.settings import Settings


class DirectOptimizer(Optimizer):
    """An :class:`Optimizer` that gives the same bodies, in a fraction of the time.

    Where a term is on whose derivative only the graph knows, steps are taken with it, until the term is off.
    """

    def reset(self) -> None:
        """Back to the problem's start."""
        self._direct: DirectStep | None = None
        self._measured: tuple[dict[str, float], bool] | None = None
        super().reset()

    def _is_known(self, settings: Settings) -> bool:
        """Whether the derivative of every term that is on is written down."""
        wanted = set(settings.active) - self.problem.unavailable.keys()
        known = KNOWN - {"adversarial"} if self._shared else KNOWN
        return wanted <= known and (settings.silhouette == "exact" or "silhouette" not in wanted)

    def _pose(self) -> None:
        """Place the vertices, and forget the terms of the last place."""
        self._by_hand = self._is_known(self.settings)
        if not self._by_hand:
            super()._pose()
            return
        if self._direct is None:
            self._direct = self._make_step()
        step = self._direct
        step.pose()
        self._rotations, self._body_betas, self._vertices = (
            torch.from_numpy(array) for array in (step.rotations, step.body_betas, step.vertices)
        )
        self._errors, self._measured = {}, None

    def _make_step(self) -> DirectStep:
        variables = (self._sixd, self._transl, self._betas)
        return DirectStep(
            self.problem,
            *(variable.detach().numpy() for variable in variables),
            shape_of=None if self._shape_of is None else self._shape_of.numpy(),
            shared=self._shared,
            discriminators=self.discriminators,
        )

    def _measure(self, settings: Settings) -> dict[str, Tensor]:
        """Term id -> (N,) bare values of the terms that are on; computed once a state and weights."""
        if self._is_known(settings) != self._by_hand:
            self.settings = settings
            self._pose()
        if not self._by_hand:
            return super()._measure(settings)
        weights = {
            term: self._weigh(term, settings)
            for term in settings.active
            if term not in self.problem.unavailable
        }
        absolute = settings.joint_alignment == "absolute" and self.problem.absolute_labels
        if self._measured != (weights, absolute):
            assert self._direct is not None
            errors = self._direct.measure(weights, absolute=absolute)
            self._errors = {term: torch.from_numpy(errors[term]) for term in weights}
            self._measured = weights, absolute
        return dict(self._errors)

    def _descend(self, errors: Mapping[str, Tensor], weights: Mapping[str, float | Tensor]) -> None:
        """Move the variables down the weighted errors, which were measured last."""
        if not self._by_hand:
            super()._descend(errors, weights)
            return
        step = self._direct
        assert step is not None
        step.descend()
        gradients = (step.by_sixd, step.by_transl, step.by_betas)
        for group, gradient in zip(self._adam.param_groups, gradients, strict=True):
            (variable,) = group["params"]
            if not variable.requires_grad:
                continue
            variable.grad = torch.from_numpy(gradient)
            state = self._adam.state[variable]
            if not state:
                state |= {"step": torch.zeros(())}
                state |= {name: torch.zeros_like(variable.detach()) for name in ("exp_avg", "exp_avg_sq")}
            state["step"] += 1
            first, second = (state[name].numpy().reshape(-1) for name in ("exp_avg", "exp_avg_sq"))
            take_adam_step(
                variable.detach().numpy().reshape(-1), gradient.reshape(-1), first, second,
                float(state["step"]), group["lr"], *group["betas"],
            )  # fmt: skip

    def take_snapshot(self) -> Snapshot:
        """Where the bodies stand now; the arrays of the steps go on being written to."""
        snapshot = super().take_snapshot()
        vertices = snapshot.vertices.copy()
        vertices.flags.writeable = False
        return replace(snapshot, vertices=vertices)

    def read_bodies(self) -> PosedBodies:
        """The bodies as they stand, camera frame."""
        bodies = super().read_bodies()
        return PosedBodies(bodies.rotations.clone(), bodies.betas.clone(), bodies.transl.clone())
