"""Which flags the regressors were fitted without, and whether they have changed since."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING

from core.project.fitted_flags import FittedFlags, compare_flags
from core.project.flag_history import list_flags_at
from core.project.flags import Flag
from core.regressor.record import Regressor

if TYPE_CHECKING:
    from core.project.project import Project


class FitFlags:
    """Keeps the comparison of every regressor's flags with those that stand.

    Args:
        project: with flags and regressors.
        hides: whether a flag is not to be told of, as in a blind review.
    """

    def __init__(self, project: Project, hides: Callable[[Flag], bool]) -> None:
        self._project = project
        self._hides = hides
        self._list_at = cache(list_flags_at)  # the journal's past never changes
        self._compared: dict[str, FittedFlags | None] = {}

    def refresh(self, regressors: Mapping[str, Regressor]) -> None:
        """Compare anew: flags or regressors have changed."""
        self._compared = {
            name: compare_flags(self._project, regressor, list_at=self._list_at)
            for name, regressor in regressors.items()
        }

    def find(self, name: str) -> FittedFlags | None:
        """A regressor's flags without those that are hidden; None where it was not fitted here."""
        compared = self._compared.get(name)
        return None if compared is None else compared.without(self._hides)
