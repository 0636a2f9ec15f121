"""The errors of the whole project, and which of them are looked at."""

from __future__ import annotations

import numpy as np
from psygnal import SignalInstance

from app.session.changes import Change
from app.session.survey import Grouping, HeatMap, Survey, Unit
from core.errors import SettingsError
from core.project.frame_index import FrameIndex
from core.types import FloatArray


class ErrorBoard:
    """A survey and the table made of it.

    Args:
        changed: the session's signal.
        keys: the project's frames.

    Attributes:
        survey: errors of all frames, as far as they are measured.
        by: what the columns of the table are.
        regressor: whose errors; empty for the last one that is drawn.
        minus: the regressor whose errors are taken off; None for none.
        with_flagged: whether flagged labels count; without them a regressor is judged by good labels alone.
        unit: millimetres after both were moved to their pelvis, or pixels of the whole image.
    """

    def __init__(self, changed: SignalInstance, keys: FrameIndex) -> None:
        self._changed = changed
        self._keys = keys
        self.survey = Survey()
        self.by: Grouping = "subject"
        self.regressor = ""
        self.minus: str | None = None
        self.unit: Unit = "mm"
        self.with_flagged = False

    def receive(self, survey: Survey) -> None:
        """Take over what has been measured since."""
        self.survey = survey
        self._changed.emit(Change.SURVEY)

    def show(
        self,
        *,
        by: Grouping | None = None,
        regressor: str = "",
        minus: str | None = None,
        unit: Unit | None = None,
    ) -> None:
        """Choose the table; what is not told stays, but for ``minus``."""
        self.by = by or self.by
        self.regressor = regressor or self.regressor
        self.minus = minus
        self.unit = unit or self.unit
        self._changed.emit(Change.HEAT)

    def count_flagged(self, counted: bool) -> None:
        """Let flagged labels count in the table, or leave them out."""
        self.with_flagged = counted
        self._changed.emit(Change.HEAT)

    def tabulate(self, regressor: str) -> HeatMap | None:
        """The table for a regressor; None while nothing has been measured of it."""
        measured = self.survey.errors
        if regressor not in measured or (self.minus is not None and self.minus not in measured):
            return None
        return self.survey.tabulate(
            self._keys,
            regressor,
            by=self.by,
            unit=self.unit,
            minus=self.minus,
            with_flagged=self.with_flagged,
        )

    def errors_of_rows(self, regressor: str, start: int, stop: int) -> FloatArray:
        """Mean error of each frame from ``start`` to ``stop``, millimetres; NaN where not measured."""
        measured = self.survey.errors.get(regressor)
        return np.full(stop - start, np.nan) if measured is None else measured.row_mm[start:stop]

    def find_frame(self, regressor: str, group: str, joint: int, rank: int) -> int:
        """Row of one of the frames behind a cell: 0 for the worst, then the next shot's worst, and around.

        Raises:
            SettingsError: nothing has been measured there.
        """
        rows = self.survey.find_worst(
            self._keys, regressor, by=self.by, group=group, joint=joint, with_flagged=self.with_flagged
        )
        if not rows:
            raise SettingsError(f"no error of {regressor} has been measured in {group}")
        return rows[rank % len(rows)]
