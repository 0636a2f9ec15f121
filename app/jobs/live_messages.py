"""What the window and the live run's child process tell each other.

Orders are numbered, and answers carry the number of the last order obeyed: so the window can tell an answer
to what it asks from one to what it asked before.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from app.session.optimisation_variant import Energies
from core.optimize.settings import Settings
from core.types import BodyParameters, FloatArray

#: Iterations that either side keeps of a variant, and the start: two to four megabytes on each.
KEPT = 2000


@dataclass(frozen=True)
class Load:
    """Prepare the frames of one body, and stand at iteration 0 with one variant.

    ``view`` is the place in ``rows`` of the frame whose vertices are reported.
    """

    order: int
    variant: str
    project: Path
    rows: tuple[int, ...]
    view: int
    source: str
    regressor: str
    settings: Settings


@dataclass(frozen=True)
class Advance:
    """Do so many steps of a variant; 0 pauses.

    They go on from iteration ``start``, and what came after it is forgotten; without it, from the last one.
    """

    order: int
    variant: str
    steps: int
    start: int | None = None


@dataclass(frozen=True)
class Fork:
    """Begin a variant at an iteration of another one."""

    variant: str
    parent: str
    iteration: int
    settings: Settings


@dataclass(frozen=True)
class Discard:
    """Forget a variant."""

    variant: str


@dataclass(frozen=True)
class Steer:
    """Take a variant's next steps with these settings."""

    variant: str
    settings: Settings


@dataclass(frozen=True)
class Look:
    """Report the vertices that the camera at this place in ``rows`` sees."""

    view: int


@dataclass(frozen=True)
class FindPulls:
    """Tell which term pulls where on a variant's body at an iteration."""

    question: int
    variant: str
    iteration: int
    settings: Settings


@dataclass(frozen=True)
class Iteration:
    """Energies of one iteration and the body it left, as each of the rows' cameras sees it."""

    energies: Energies
    parameters: BodyParameters


@dataclass(frozen=True)
class Loaded:
    """The frames are prepared."""

    order: int
    start: Iteration
    unavailable: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Refused:
    """The frames cannot be optimised."""

    order: int
    message: str


@dataclass(frozen=True)
class Report:
    """A variant's iterations since its last report; ``finished`` when no step is left to do.

    ``vertices``, (V, 3), are the last one's; absent where there is none. ``message`` says why the steps
    cannot be done, if so.
    """

    order: int
    variant: str
    iterations: tuple[Iteration, ...]
    vertices: FloatArray | None
    view: int
    finished: bool
    message: str = ""


@dataclass(frozen=True)
class PullsFound:
    """Term id -> pull on joints (J, 3) and vertices (V, 3), in the camera's frame at ``view``.

    Empty where the iteration is no longer kept.
    """

    question: int
    iteration: int
    view: int
    joints: dict[str, FloatArray]
    vertices: dict[str, FloatArray]
