"""Where pictures and masks lie: in the data set, which is never changed, or masks in the project's folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from core.cameras import Camera
from core.data.images import read_valid_mask
from core.errors import ProjectError
from core.project.database import Database
from core.types import BoolArray

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

    def read_mask(self, row: int, camera: Camera) -> BoolArray | None:
        """The mask of a frame, (H, W); None where there is none or it is marked invalid.

        Raises:
            DatasetError: it is missing from disk, damaged, or of another size.
        """
        path = self.mask_path(row)
        return None if path is None else read_valid_mask(path, camera.width, camera.height)

    def _read_names(self, row: int) -> tuple[str, str | None]:
        found = self._database.connection.execute(
            "SELECT image, mask FROM frames WHERE row = ?", (int(row),)
        ).fetchone()
        if found is None:
            raise ProjectError(f"row {row} is no frame of the project")
        return found[0], found[1]
