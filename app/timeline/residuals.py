"""Mean errors of the frames that were shown, for the strip below the frame axis."""

from __future__ import annotations

import numpy as np

from app.session.frame_data import FrameData
from core.types import FloatArray


class SeenResiduals:
    """What each shown frame's regressor said, kept until bodies or regressors change."""

    def __init__(self) -> None:
        self._errors: dict[int, float] = {}
        self._asked: tuple[str, str] = ("", "")

    def add(self, frame: FrameData, *, source: str, regressor: str) -> None:
        """Take over a frame's mean error in millimetres; another source or regressor starts anew."""
        if (source, regressor) != self._asked:
            self.forget()
            self._asked = (source, regressor)
        errors = frame.errors_mm.get(regressor)
        if errors is not None and np.isfinite(errors).any():
            self._errors[frame.row] = float(np.nanmean(errors))

    def forget(self) -> None:
        """Know nothing."""
        self._errors.clear()

    def span(self, start: int, stop: int) -> FloatArray:
        """Mean errors of rows ``start`` to ``stop`` in millimetres, NaN where none was shown."""
        return np.array([self._errors.get(row, np.nan) for row in range(start, stop)])
