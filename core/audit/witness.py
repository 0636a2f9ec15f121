"""A source of bodies that labels are held against, with regressors that have not seen whom they judge."""

from __future__ import annotations

from dataclasses import dataclass

from core.audit.observations import Observations
from core.audit.residuals import Residuals
from core.project.runs import RunRecord
from core.types import FloatArray, IntArray


@dataclass(frozen=True)
class Witness:
    """Bodies of an estimator or a run, laid over the labels.

    Attributes:
        source: the estimator or run.
        run: its record; None of an estimator.
        observations: labels of the views it has bodies for.
        regressors: (S, J, V), each fitted without the subject.
        carriers: (J,) bone that carries each joint.
        residuals: what is left between its bodies and the labels.
    """

    source: str
    run: RunRecord | None
    observations: Observations
    regressors: FloatArray
    carriers: IntArray
    residuals: Residuals

    @property
    def optimised(self) -> bool:
        """Whether its bodies were fitted to the labels and pictures."""
        return self.run is not None
