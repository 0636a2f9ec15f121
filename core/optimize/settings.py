"""What a run is told: steps, rates, and every term's switch and weight. Frozen; a change is a new record.

The loop reads the settings anew at each step, so an edited copy takes effect at the next step.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal, get_args

from core.energy.terms import TERMS
from core.errors import SettingsError

JointAlignment = Literal["pelvis", "absolute"]
Silhouette = Literal["exact", "pytorch3d"]
Schedule = Literal["sequential", "blocks"]


@dataclass(frozen=True)
class TermSetting:
    """Switch and weight of one term.

    Attributes:
        on: whether the term pulls on the body.
        weight: factor on the term; where the settings are balanced, on the term after balancing.
    """

    on: bool
    weight: float


@dataclass(frozen=True)
class Settings:
    """Everything that decides what the optimiser does with a body.

    Attributes:
        preset: the preset that these settings started from.
        terms: one setting for every term of the table, by id; treated as immutable.
        iterations: steps of Adam.
        step_size: Adam's rate for rotations (6D), and for the translation where that has none of its own.
        betas_step_size: Adam's rate for the shape coefficients.
        transl_step_size: Adam's rate for the translation, metres; None is ``step_size``.
        momentum: Adam's first decay rate.
        second_momentum: Adam's second decay rate; fewer steps need a smaller one.
        decay_from: share of the iterations after which the rates fall linearly to zero; 1 keeps them.
        joint_alignment: ``pelvis`` compares joints relative to the pelvis, ``absolute`` in the camera frame.
        balanced: whether weights multiply terms that were first brought to equal magnitude
            (:mod:`core.energy.balancing`), or the bare terms.
        one_shape: whether all bodies of a subject share their betas.
        silhouette: what draws the body's silhouette: ``exact``, its coverage of each pixel, or ``pytorch3d``,
            the paper's soft rasteriser, where that is installed.
        placing_steps: steps of Adam that move nothing but the translation towards the 2D joints, before all
            else; with 0 the closed form's translation is taken.
        views: how many views of an instant at most share one body in the world; with 1 every image has a
            body of its own.
        mask_ramp: crop pixels on either side of a mask's border across which the mask is taken to fall from 1
            to 0; with 0 it is taken as it is. Rounds then also find which masks are too large or too small
            throughout (:mod:`core.optimize.outlines`).
        rounds: how often at most a batch run refits the regressor on its own bodies and goes on; 0 keeps the
            regressor that it started with. Needs ``one_shape``.
        round_iterations: steps in each such round.
        round_rate: step sizes in a round, relative to ``step_size`` and ``betas_step_size``.
        schedule: ``sequential`` as in the paper, where the discriminators learn from each batch before the
            next is optimised, so that nothing can be done side by side; or ``blocks``, where they learn from
            a pilot and are then left as they are, so that blocks can be done anywhere and in any order.
            Bodies that share a subject's shape are always done in blocks.
        round_joint_gain: factor on the weight of ``joint`` from each round to the next, as the regressor
            comes nearer to what the labels mean.
    """

    preset: str
    terms: Mapping[str, TermSetting]
    iterations: int = 100
    step_size: float = 1e-2
    betas_step_size: float = 1e-2
    transl_step_size: float | None = None
    momentum: float = 0.9
    second_momentum: float = 0.999
    decay_from: float = 1.0
    joint_alignment: JointAlignment = "pelvis"
    balanced: bool = True
    one_shape: bool = False
    silhouette: Silhouette = "exact"
    placing_steps: int = 0
    schedule: Schedule = "blocks"
    views: int = 1
    mask_ramp: float = 0.0
    rounds: int = 0
    round_iterations: int = 0
    round_rate: float = 1.0
    round_joint_gain: float = 1.0

    def __post_init__(self) -> None:
        if self.terms.keys() != TERMS.keys():
            raise SettingsError(f"settings name the terms {sorted(self.terms)}; expected {sorted(TERMS)}")
        if self.joint_alignment not in get_args(JointAlignment):
            raise SettingsError(
                f"joint_alignment is {self.joint_alignment!r}; expected one of {get_args(JointAlignment)}"
            )
        if self.silhouette not in get_args(Silhouette):
            raise SettingsError(f"silhouette is {self.silhouette!r}; expected one of {get_args(Silhouette)}")
        if self.schedule not in get_args(Schedule):
            raise SettingsError(f"schedule is {self.schedule!r}; expected one of {get_args(Schedule)}")
        for name in ("iterations", "step_size", "betas_step_size", "views"):
            if not getattr(self, name) > 0:
                raise SettingsError(f"{name} is {getattr(self, name)}; expected a number above zero")
        if self.transl_step_size is not None and not self.transl_step_size > 0:
            raise SettingsError(
                f"transl_step_size is {self.transl_step_size}; expected None or metres above zero"
            )
        for name in ("momentum", "second_momentum"):
            if not 0 <= getattr(self, name) < 1:
                raise SettingsError(f"{name} is {getattr(self, name)}; expected a number from 0 to below 1")
        if self.rounds and not (self.one_shape and self.round_iterations > 0 and self.round_rate > 0):
            raise SettingsError(
                f"{self.rounds} rounds need one shape a subject, and steps and a rate of their own"
            )
        if not (0 <= self.mask_ramp < float("inf") and 0 < self.round_joint_gain < float("inf")):
            raise SettingsError(
                f"mask_ramp is {self.mask_ramp} and round_joint_gain {self.round_joint_gain}; expected "
                "finite numbers, the first 0 or more, the second above zero"
            )
        for name, term in self.terms.items():
            if not 0 <= term.weight < float("inf"):
                raise SettingsError(
                    f"the weight of {name} is {term.weight}; expected a finite number, 0 or more"
                )

    @property
    def rates(self) -> tuple[float, float, float]:
        """Adam's rates for rotations, translation and betas."""
        transl = self.step_size if self.transl_step_size is None else self.transl_step_size
        return self.step_size, transl, self.betas_step_size

    @property
    def active(self) -> tuple[str, ...]:
        """Ids of the terms that are on and weigh something, in the table's order."""
        return tuple(name for name in TERMS if self.terms[name].on and self.terms[name].weight > 0)

    @property
    def in_blocks(self) -> bool:
        """Whether a batch run goes block by block, in any order."""
        return self.schedule == "blocks" or self.one_shape

    def with_term(self, term: str, *, on: bool | None = None, weight: float | None = None) -> Settings:
        """A copy with one term switched or weighted anew.

        Raises:
            SettingsError: no term has that id, or the weight is negative or not finite.
        """
        setting = self.terms[check_term(term)]
        changed = TermSetting(
            setting.on if on is None else on, setting.weight if weight is None else float(weight)
        )
        return replace(self, terms={**self.terms, term: changed})

    def with_only(self, terms: Iterable[str]) -> Settings:
        """A copy in which exactly the named terms are on; one that weighed nothing gets weight 1.

        Raises:
            SettingsError: a name is no term's id, or none is given.
        """
        chosen = {check_term(term) for term in terms}
        if not chosen:
            raise SettingsError(f"no term is left on; expected one or more of {', '.join(TERMS)}")
        return replace(
            self,
            terms={
                name: TermSetting(name in chosen, setting.weight or float(name in chosen))
                for name, setting in self.terms.items()
            },
        )

    def agrees_with(self, other: Settings) -> bool:
        """Whether both do the same with a body; the weights of terms that are off do not count."""
        ours, theirs = (
            {**each.to_dict(), "terms": {name: each.terms[name].weight for name in each.active}}
            for each in (self, other)
        )
        return ours == theirs

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON and the run's record."""
        return {**asdict(self), "terms": {name: asdict(setting) for name, setting in self.terms.items()}}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Settings:
        """The inverse of :meth:`to_dict`; a term that the table did not have yet is off.

        Settings from before there were schedules are sequential.

        Raises:
            SettingsError: a field is unknown or missing, or a term is on that no installed package has.
        """
        unknown = values.keys() - {field.name for field in fields(cls)}
        if unknown:
            raise SettingsError(f"settings have unknown fields {sorted(unknown)}")
        try:
            terms = {name: TermSetting(on=False, weight=0.0) for name in TERMS}
            read = {name: TermSetting(**setting) for name, setting in values["terms"].items()}
            lost = [name for name, setting in read.items() if setting.on and name not in TERMS]
            if lost:
                raise SettingsError(
                    f"settings have the term {lost[0]} on, which comes from another package; install it again"
                )
            terms |= {name: setting for name, setting in read.items() if name in TERMS}
            return cls(**{"schedule": "sequential", **values, "terms": terms})
        except (KeyError, TypeError) as error:
            raise SettingsError(f"settings cannot be read: {error}") from error


def check_term(term: str) -> str:
    """The id itself.

    Raises:
        SettingsError: no term has that id.
    """
    if term not in TERMS:
        raise SettingsError(f"{term!r} is no term; expected one of {', '.join(TERMS)}")
    return term
