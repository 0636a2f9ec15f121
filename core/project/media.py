"""Where pictures and masks lie: in the data set, which is never changed, or masks in the project's folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.cameras import CROP_SIDE, Camera
from core.data.images import crop_mask, read_valid_mask
from core.errors import ProjectError
from core.parallel import map_chunks
from core.project.database import Database
from core.types import FloatArray

#: Before a mask's path that is relative to the project's folder rather than to the data set's.
_OWN = "project:"


class Media:
    """The pictures and masks of one project's frames.

    Every method raises ProjectError where there is no such row.

    Args:
        database: the project's.
        root: the data set's folder.
    """

    def __init__(self, database: Database, root: Path) -> None:
        self._database = database
        self._root = root

    def image_path(self, row: int) -> Path:
        """Where a frame's picture lies, or will lie."""
        return self._root / self._read_names(row)[0]

    def mask_path(self, row: int) -> Path | None:
        """Where a frame's mask lies; None where there is none."""
        mask = self._read_names(row)[1]
        if mask is not None and mask.startswith(_OWN):
            return self._database.path.parent / mask.removeprefix(_OWN)
        return None if mask is None else self._root / mask

    def use_masks(self, masks: Mapping[int, str]) -> None:
        """Take other masks for some rows: row -> path relative to the project's folder."""
        with self._database.transaction() as connection:
            connection.executemany(
                "UPDATE frames SET mask = ? WHERE row = ?",
                [(_OWN + mask, int(row)) for row, mask in masks.items()],
            )

    def read_mask_crops(
        self, rows: NDArray[np.intp], cameras: Sequence[Camera], crops: FloatArray
    ) -> NDArray[np.float32]:
        """Share of each pixel of some rows' crops that the mask covers; NaN where there is no usable mask.

        Args:
            rows: (n,).
            cameras: of the rows.
            crops: (n, 3) as :func:`core.cameras.crop_around` gives them.

        Returns:
            (n, 224, 224).

        Raises:
            DatasetError: a mask is missing from disk, damaged, or of another size than its camera's pictures.
        """
        masks = np.full((len(rows), CROP_SIDE, CROP_SIDE), np.nan, np.float32)

        def read(start: int, stop: int) -> None:
            for number in range(start, stop):
                path = self.mask_path(rows[number])
                camera = cameras[number]
                mask = None if path is None else read_valid_mask(path, camera.width, camera.height)
                if mask is not None:
                    masks[number] = crop_mask(mask, crops[number])

        map_chunks(read, len(rows))
        return masks

    def _read_names(self, row: int) -> tuple[str, str | None]:
        found = self._database.connection.execute(
            "SELECT image, mask FROM frames WHERE row = ?", (int(row),)
        ).fetchone()
        if found is None:
            raise ProjectError(f"row {row} is no frame of the project")
        return found[0], found[1]
