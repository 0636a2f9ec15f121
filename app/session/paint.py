"""Whose weights colour the mesh."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Paint:
    """One joint's weights of a regressor, or what they have beyond another one's.

    Attributes:
        regressor: name of the regressor.
        joint: its index.
        minus: name of the regressor whose weights are taken off; None for none.
    """

    regressor: str
    joint: int
    minus: str | None = None

    @property
    def regressors(self) -> tuple[str, ...]:
        """Names of the one or two regressors."""
        return (self.regressor,) if self.minus is None else (self.regressor, self.minus)
