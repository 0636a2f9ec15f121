"""Batches that do not fit into a card's memory, done in halves."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray

from core.errors import DeviceError


class Halver:
    """Does batches whole while they fit, and in halves, quarters and so on from where one did not.

    Args:
        tell: told, in a sentence, each time that less fits than was thought.

    Attributes:
        most: how many units a part may have, or None while everything has fitted.
    """

    def __init__(self, tell: Callable[[str], object]) -> None:
        self._tell = tell
        self.most: int | None = None

    def run(
        self,
        optimise: Callable[[NDArray[np.intp]], object],
        rows: NDArray[np.intp],
        units: NDArray[np.intp],
    ) -> None:
        """Call ``optimise`` with all rows, or one after the other with parts of them that fit.

        Args:
            optimise: does the rows that it is given; called again with fewer of the same rows after a
                :class:`torch.OutOfMemoryError`, so what it did of them must not matter.
            rows: (n,).
            units: (n,) rows with the same number stay together.

        Raises:
            DeviceError: not even one unit fits.
        """
        left = list(np.unique(units))
        while left:
            part = left[: self.most]
            if self._fits(optimise, rows[np.isin(units, part)]):
                left = left[len(part) :]
                continue
            # Only now is the traceback gone, which kept the tensors of the attempt alive.
            if torch.cuda.is_available():
                torch.cuda.empty_cache()
            if len(part) == 1:
                images = int(np.isin(units, part).sum())
                raise DeviceError(
                    f"{images} images at a time are more than the card's memory holds; close other programs "
                    "that use the card, or use --device cpu"
                )
            self.most = len(part) // 2
            self._tell(
                f"the card's memory does not hold {len(part)} bodies at a time; going on with {self.most}"
            )

    @staticmethod
    def _fits(optimise: Callable[[NDArray[np.intp]], object], rows: NDArray[np.intp]) -> bool:
        try:
            optimise(rows)
        except torch.OutOfMemoryError:
            return False
        return True
