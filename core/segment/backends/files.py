"""Backend ``files``: masks that somebody else made (:mod:`core.segment.mask_files`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.errors import SettingsError
from core.segment.backend import Backend, BackendFiles
from core.segment.mask_files import FileMasks

if TYPE_CHECKING:
    from core.project.project import Project


def open_masks(project: Project, files: BackendFiles) -> FileMasks:
    """Masks of a folder or file.

    Raises:
        SettingsError: no folder or file was named.
        DatasetError: it is missing or of no known kind.
    """
    if files.masks is None:
        raise SettingsError("--backend files needs --masks, the folder or file of the masks")
    return FileMasks(project, files.masks)


BACKEND = Backend(
    "files",
    "takes masks over from --masks: a folder of PNG, JPEG or Human3.6M's .mat, or a COCO .json",
    open_masks,
    reads_pictures=False,
)
