"""The optimisation of bodies, step by step: ``theta_opt = argmin`` of the weighted terms.

Equation 2 of Hedlin, Rhodin, Yi (CRV 2022), by Adam on 6D rotations, betas and translation. Settings are
read anew at each step, so that a term can be switched while one watches. Bodies of one batch do not know
of each other: the energy is a sum over bodies, unless they are told to share a shape. Where the views of an
instant share a body, its variables are in world coordinates, and each term counts the mean over its views.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from core.body.sixd import orthonormalise
from core.energy.discriminators import Discriminators
from core.energy.terms import TERMS
from core.energy.visibility import find_visible
from core.errors import SettingsError
from core.optimize.measuring import balance_terms, measure_terms
from core.optimize.outlines import soften_masks
from core.optimize.placing import descend_translations
from core.optimize.posed_bodies import PosedBodies
from core.optimize.problem import Problem
from core.optimize.settings import Settings
from core.optimize.views import check_views, merge_views, split_views
from core.rotations import matrix_to_sixd
from core.types import BodyParameters, FloatArray


@dataclass(frozen=True)
class Snapshot:
    """Where the bodies stood after some steps. Its arrays are read-only and nothing else holds them.

    Attributes:
        iteration: steps taken so far.
        energies: term id -> weighted value, mean over the bodies; the terms that are on.
        bare: term id -> the value in the term's own unit, mean over the bodies.
        total: sum of the weighted values.
        parameters: camera frame.
        vertices: (B, V, 3) float32, metres, camera frame.
        notes: what a person should know, e.g. which bodies a term had to pass over.
    """

    iteration: int
    energies: Mapping[str, float]
    bare: Mapping[str, float]
    total: float
    parameters: BodyParameters
    vertices: FloatArray
    notes: tuple[str, ...]


@dataclass(frozen=True)
class OptimizerState:
    """Where an optimiser stands, to come back to or to go on from twice. Nothing else holds its tensors.

    Attributes:
        iteration: steps taken so far.
        variables: 6D rotations, translations and betas, as they are optimised.
        moments: what Adam remembers of each variable; empty before the first step.
    """

    iteration: int
    variables: tuple[Tensor, Tensor, Tensor]
    moments: tuple[Mapping[str, Tensor], ...]


class Optimizer:
    """Moves the bodies of a problem step by step.

    Args:
        problem: bodies and evidence.
        settings: decide on sharing of bodies and shapes and on balancing once, and on all else until a step
            is given other ones.
        scales: factors of the terms from an earlier balancing, e.g. the run's; found on this problem if
            not given. They hold for good: switching a term never balances anew.
        discriminators: untrained ones if not given.
        hold_shape: leave the betas as they start.

    Raises:
        SettingsError: views are to share a body, and it is not known where their cameras stand.
    """

    def __init__(
        self,
        problem: Problem,
        settings: Settings,
        *,
        scales: Mapping[str, float] | None = None,
        discriminators: Discriminators | None = None,
        hold_shape: bool = False,
    ) -> None:
        self._placed = problem.placed
        problem = _share_places(problem) if settings.views > 1 else problem
        self.problem = soften_masks(problem, settings.mask_ramp)
        self.discriminators = (discriminators or Discriminators()).to(problem.placed.device)
        self.scales = dict(scales) if scales is not None else self._find_scales(settings)
        self._initial_settings = settings
        self._hold_shape = hold_shape
        self.reset()

    def _find_scales(self, settings: Settings) -> dict[str, float]:
        if not settings.balanced:
            return dict.fromkeys(settings.terms, 1.0)
        return balance_terms(
            self.problem,
            joint_alignment=settings.joint_alignment,
            discriminators=self.discriminators,
            silhouette=settings.silhouette,
        )

    def reset(self) -> None:
        """Back to the problem's start."""
        self.settings, self.iteration = self._initial_settings, 0
        start, subjects = self.problem.start, self.problem.subjects
        if self.settings.placing_steps:
            start = descend_translations(self.problem, steps=self.settings.placing_steps)
        self._shared = self.settings.views > 1
        self._share = torch.ones((), device=start.transl.device, dtype=start.transl.dtype)
        if self._shared:
            views = self.problem.views
            self._share = views.shares
            start = merge_views(start, views, self._placed, self.problem.body.layer.model)
            subjects = subjects[views.first]
        betas = start.betas
        self._shape_of: Tensor | None = None
        if self.settings.one_shape:
            self._shape_of = subjects
            counts = torch.bincount(subjects)
            sums = betas.new_zeros(len(counts), betas.shape[1])
            sums = sums.index_put((subjects,), betas, accumulate=True)  # in the same order each time
            betas = sums / counts[:, None]
        self._sixd, self._transl, self._betas = (
            tensor.clone(memory_format=torch.contiguous_format).requires_grad_()
            for tensor in (matrix_to_sixd(start.rotations), start.transl, betas)
        )
        self._betas.requires_grad_(not self._hold_shape)
        self._adam = torch.optim.Adam(
            [{"params": [variable]} for variable in (self._sixd, self._transl, self._betas)],
            lr=self.settings.step_size,
            fused=True,
            capturable=self._sixd.is_cuda,
        )
        self._pose()

    def save_state(self) -> OptimizerState:
        """Where the bodies and Adam stand now."""
        variables = (self._sixd, self._transl, self._betas)
        return OptimizerState(
            self.iteration,
            (self._sixd.detach().clone(), self._transl.detach().clone(), self._betas.detach().clone()),
            tuple(
                {name: value.clone() for name, value in self._adam.state.get(variable, {}).items()}
                for variable in variables
            ),
        )

    def restore_state(self, state: OptimizerState) -> None:
        """Go on from where an optimiser of the same problem, shared as here, has stood; bit for bit."""
        self.iteration = state.iteration
        with torch.no_grad():
            for variable, value, moments in zip(
                (self._sixd, self._transl, self._betas), state.variables, state.moments
            ):
                variable.copy_(value)
                self._adam.state[variable] = {name: moment.clone() for name, moment in moments.items()}
        self._pose()

    def _pose(self) -> None:
        """Build the graph from the variables to the vertices, and forget the terms of the last one."""
        self._rotations = orthonormalise(self._sixd)
        self._body_betas = self._betas if self._shape_of is None else self._betas[self._shape_of]
        self._vertices = self.problem.body.layer(self._rotations, self._body_betas, self._transl).vertices
        if self._shared:
            self._vertices = self.problem.views.look_at(self._vertices)
        self._errors: dict[str, Tensor] = {}
        self._alignment, self._silhouette = self.settings.joint_alignment, self.settings.silhouette

    def _measure(self, settings: Settings) -> dict[str, Tensor]:
        """Term id -> (B,) bare values of the terms that are on, view by view; computed once a state."""
        if settings.joint_alignment != self._alignment:
            self._errors.pop("joint", None)
            self._alignment = settings.joint_alignment
        if settings.silhouette != self._silhouette:
            self._errors.pop("silhouette", None)
            self._silhouette = settings.silhouette
        sixd, rotations, betas = self._sixd, self._rotations, self._body_betas
        if self._shared:
            rotations = self.problem.views.turn(rotations)
            sixd, betas = matrix_to_sixd(rotations), betas[self.problem.views.instants]
        self._errors |= measure_terms(
            self.problem,
            [term for term in settings.active if term not in self._errors],
            sixd=sixd,
            rotations=rotations,
            betas=betas,
            vertices=self._vertices,
            joint_alignment=settings.joint_alignment,
            discriminators=self.discriminators,
            silhouette=settings.silhouette,
        )
        return {term: self._errors[term] for term in settings.active if term in self._errors}

    def _weigh(self, term: str, settings: Settings) -> float:
        return settings.terms[term].weight * self.scales[term]

    def advance(self, settings: Settings | None = None) -> None:
        """Take one step of Adam.

        Args:
            settings: from now on; the last ones if not given.

        Raises:
            SettingsError: no term that is on can be used with these bodies.
        """
        self.settings = settings = settings or self.settings
        errors = self._measure(settings)
        if not errors:
            reasons = "; ".join(f"{term}: {why}" for term, why in self.problem.unavailable.items())
            raise SettingsError(f"no term can move the body; switch one on ({reasons or 'all are off'})")
        rate = find_rate(self.iteration, settings)
        for group, step in zip(self._adam.param_groups, settings.rates, strict=True):
            group["lr"] = step * rate
            group["betas"] = (settings.momentum, settings.second_momentum)
        self._descend(errors, {term: self._weigh(term, settings) for term in errors})
        self.iteration += 1
        self._pose()

    def _descend(self, errors: Mapping[str, Tensor], weights: Mapping[str, float | Tensor]) -> None:
        """Move the variables down the weighted errors."""
        for variable in (self._sixd, self._transl, self._betas):
            variable.grad = None
        pulling = {term: error for term, error in errors.items() if error.requires_grad}
        torch.autograd.backward(
            list(pulling.values()),
            [(weights[term] * self._share).to(error).expand_as(error) for term, error in pulling.items()],
        )
        self._adam.step()

    def step(self, settings: Settings | None = None) -> Snapshot:
        """Take one step and tell where the bodies stand after it; see :meth:`advance`."""
        self.advance(settings)
        return self.take_snapshot()

    def take_snapshot(self) -> Snapshot:
        """Where the bodies stand now."""
        bare = {term: float(error.detach().mean()) for term, error in self._measure(self.settings).items()}
        energies = {term: self._weigh(term, self.settings) * value for term, value in bare.items()}
        vertices = self._vertices.detach().cpu().numpy()
        vertices.flags.writeable = False
        return Snapshot(
            iteration=self.iteration,
            energies=energies,
            bare=bare,
            total=sum(energies.values()),
            parameters=self.read_bodies().to_parameters(),
            vertices=vertices,
            notes=self._find_notes(),
        )

    def measure_evidence(self, settings: Settings) -> float:
        """Disagreement with labels and masks, mean over the bodies: the total without the priors."""
        errors = self._measure(settings)
        return sum(
            self._weigh(term, settings) * float(error.detach().mean())
            for term, error in errors.items()
            if TERMS[term].needs
        )

    def read_bodies(self) -> PosedBodies:
        """The bodies as they stand, camera frame; the translation of one that was never placed is NaN."""
        bodies = PosedBodies(self._rotations.detach(), self._body_betas.detach(), self._transl.detach())
        if self._shared:
            bodies = split_views(bodies, self.problem.views, self.problem.body.layer.model)
        return replace(bodies, transl=torch.where(self.problem.placed[:, None], bodies.transl, torch.nan))

    def find_broken(self) -> Tensor:
        """(B,) which bodies' own variables are no longer finite; a shape that several share is not theirs."""
        whole = torch.isfinite(self._sixd).flatten(1).all(1) & torch.isfinite(self._transl).all(1)
        if self._shape_of is None:
            whole = whole & torch.isfinite(self._betas).all(1)
        return ~(whole[self.problem.views.instants] if self._shared else whole)

    def _find_notes(self) -> tuple[str, ...]:
        complaints = self.problem.complaints
        if "silhouette" not in self._errors:
            return complaints
        hidden = int((self.problem.masks_valid & ~find_visible(self._vertices.detach())).sum())
        if not hidden:
            return complaints
        return (
            *complaints,
            f"silhouette: {hidden} of {len(self.problem)} bodies reach behind the camera and are passed over",
        )


def _share_places(problem: Problem) -> Problem:
    """A body that one of its views has placed is placed in all of them."""
    check_views(problem.views.known)
    return replace(problem, placed=problem.views.any_by_instant(problem.placed))


def find_rate(iteration: int, settings: Settings) -> float:
    """Share of the step sizes at this step: 1, then down to a hundredth over the last stretch."""
    done = iteration / settings.iterations
    if done < settings.decay_from:
        return 1.0
    return max((1 - done) / max(1 - settings.decay_from, 1e-9), 0.01)
