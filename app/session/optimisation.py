"""The live run that moves the shown frame's body, in one variant or several."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from app.session.optimisation_variant import Energies, Variant, VariantStatus, describe_difference
from core.types import FloatArray

__all__ = ["BodySnapshot", "Energies", "OptimisationState", "OptimisationStatus", "Variant"]

OptimisationPhase = Literal["off", "starting", "ready", "failed"]
OptimisationStatus = Literal["off", "starting", "failed"] | VariantStatus


@dataclass(frozen=True)
class BodySnapshot:
    """The body of one iteration, as one camera sees it.

    Attributes:
        iteration: 0 is the start, before any step.
        vertices: that camera's frame, metres, (V, 3) float32.
        row: of the project, whose camera it is.
    """

    iteration: int
    vertices: FloatArray
    row: int


@dataclass(frozen=True)
class OptimisationState:
    """Where the live run stands; replaced whole when it moves on.

    Attributes:
        phase: whether there is a run; what it does then is told variant by variant.
        rows: the frames whose body it moves: one, or every view of an instant that shares the body.
        views: how many views were to share the body when the run began.
        variants: courses of the run, the first one first; none unless ``starting`` or ``ready``.
        active: id of the variant that commands steer and views show; empty without one.
        unavailable: term id -> why it cannot be used on these frames.
        message: why it failed.
        pace: iterations a second of the active variant, averaged; of its last stretch while it rests, None
            where there was none to tell it by.
    """

    phase: OptimisationPhase = "off"
    rows: tuple[int, ...] = ()
    views: int = 1
    variants: tuple[Variant, ...] = ()
    active: str = ""
    unavailable: dict[str, str] = field(default_factory=dict)
    message: str = ""
    pace: float | None = None

    @property
    def alive(self) -> bool:
        """Whether there is a run that can be stepped, paused or reset."""
        return self.phase in ("starting", "ready")

    @property
    def busy(self) -> bool:
        """Whether frames are being prepared or some variant is running."""
        running = any(variant.status == "running" or variant.outstanding for variant in self.variants)
        return self.phase == "starting" or running

    def find(self, variant: str) -> Variant | None:
        """A variant by its id; None where there is no such one."""
        return next((known for known in self.variants if known.id == variant), None)

    def with_variant(self, variant: Variant) -> OptimisationState:
        """A copy in which this variant takes the place of the one with its id, or comes last."""
        if self.find(variant.id) is None:
            return replace(self, variants=(*self.variants, variant))
        others = tuple(variant if known.id == variant.id else known for known in self.variants)
        return replace(self, variants=others)

    def title_of(self, variant: Variant) -> str:
        """What a person reads: the variant's id, and its name or what sets it apart from the first."""
        first = self.variants[0]
        if variant.name:
            return f"{variant.id}  {variant.name}"
        if variant.id == first.id:
            return f"{variant.id}  {variant.settings.preset}"
        difference = describe_difference(variant.settings, first.settings)
        return f"{variant.id}  {difference or f'as {first.id}'}"

    # The active variant's

    @property
    def course(self) -> Variant | None:
        """The active variant; None without a run."""
        return self.find(self.active)

    @property
    def status(self) -> OptimisationStatus:
        """What the run does, the active variant's status once there is one."""
        if self.phase != "ready" or self.course is None:
            return "off" if self.phase == "ready" else self.phase
        return self.course.status

    @property
    def iteration(self) -> int:
        """Last iteration of the active variant."""
        return self.course.iteration if self.course else 0

    @property
    def energies(self) -> tuple[Energies, ...]:
        """Energies of the active variant, one record an iteration, oldest first."""
        return self.course.energies if self.course else ()
