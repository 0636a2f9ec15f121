"""What of the live run is shown, and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from psygnal import SignalInstance

from app.session.changes import Change
from app.session.optimisation import BodySnapshot
from core.types import FloatArray

VariantLayout = Literal["single", "ghosts", "split"]
PullPlace = Literal["off", "joints", "mesh"]


@dataclass(frozen=True)
class Pulls:
    """Which term pulls where on the active variant's body, in the frame of the camera that is shown.

    Attributes:
        iteration: that they belong to.
        row: of the project, whose camera it is.
        joints: term id -> (J, 3); lengths compare between terms.
        vertices: term id -> (V, 3), the same for the surface.
    """

    iteration: int
    row: int
    joints: dict[str, FloatArray]
    vertices: dict[str, FloatArray]


class RunView:
    """How the live run is looked at; part of the session.

    Attributes:
        layout: the active variant alone, the others as ghosts around it, or each in a view of its own.
        hidden: ids of variants that are left out of the comparison.
        displacement: whether colours on the mesh tell how far it has moved from the start.
        pull_place: where arrows tell which term pulls where.
        snapshots: variant's id -> its body that is shown.
        start: vertices that the run started from, in the shown camera's frame, (V, 3); None without a run.
        pulls: the last ones that were found; None where none were asked for.
    """

    def __init__(self, changed: SignalInstance) -> None:
        self._changed = changed
        self.layout: VariantLayout = "single"
        self.hidden: frozenset[str] = frozenset()
        self.displacement = False
        self.pull_place: PullPlace = "off"
        self.snapshots: dict[str, BodySnapshot] = {}
        self.start: FloatArray | None = None
        self.pulls: Pulls | None = None

    def set_layout(self, layout: VariantLayout) -> None:
        """Show one variant, or several."""
        self.layout = layout
        self._changed.emit(Change.RUN_VIEW)

    def set_hidden(self, variant: str, *, hidden: bool) -> None:
        """Leave a variant out of the comparison, or take it in again."""
        self.hidden = self.hidden | {variant} if hidden else self.hidden - {variant}
        self._changed.emit(Change.RUN_VIEW)

    def show_displacement(self, shown: bool) -> None:
        """Colour the mesh by how far it has moved, or no longer."""
        self.displacement = shown
        self._changed.emit(Change.RUN_VIEW)

    def show_pulls(self, place: PullPlace) -> None:
        """Draw arrows on the joints, on the mesh, or none."""
        self.pull_place = place
        if place == "off":
            self.pulls = None
        self._changed.emit(Change.RUN_VIEW)

    def receive_pulls(self, pulls: Pulls) -> None:
        """Take over pulls that were found."""
        if self.pull_place != "off":
            self.pulls = pulls
            self._changed.emit(Change.PULLS)

    def receive_snapshots(self, snapshots: Mapping[str, BodySnapshot]) -> None:
        """Take over bodies to be shown; without telling anybody."""
        self.snapshots = {**self.snapshots, **snapshots}

    def forget_variant(self, variant: str) -> None:
        """Know nothing of a variant any more; without telling anybody."""
        self.snapshots.pop(variant, None)
        self.hidden -= {variant}

    def forget(self) -> None:
        """Know of no body any more; without telling anybody."""
        self.snapshots.clear()
        self.hidden = frozenset()
        self.start = self.pulls = None
