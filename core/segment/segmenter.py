"""What every way of making masks has in common."""

from __future__ import annotations

from typing import Protocol

from core.types import BoolArray


class Segmenter(Protocol):
    """Makes the mask of one frame of a project."""

    def segment(self, row: int) -> BoolArray | None:
        """The mask (H, W), True on the person; None where nobody is found.

        Raises:
            DatasetError: the frame's picture or mask file is missing or damaged.
        """
        ...
