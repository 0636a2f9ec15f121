"""Whether the pictures and masks of a data set are there, and as large as their cameras say."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np

from core.data.dataset import Dataset
from core.data.images import check_size, read_size
from core.errors import DatasetError
from core.parallel import map_chunks
from core.progress import ProgressCallback

#: What helps where pictures or masks are missing: where a file names them, and where their folders do.
_REMEDIES = {
    "image": (
        'correct the path, or write "" in all rows',
        "extract the videos again with h36m-fetch, or move all imageSequence folders away",
    ),
    "mask": (
        'correct the path, or write "" where there is none',
        "segment these frames, mark them invalid by a mask whose first pixel is zero, or move all "
        "maskSequence folders away",
    ),
}

#: Files whose headers are read between two reports of progress.
_BLOCK = 512


def check_pictures(dataset: Dataset, progress: ProgressCallback | None = None) -> int:
    """How many pictures there are.

    None at all is legal, for a data set of labels alone; some missing is not, but for a studio, which
    makes its pictures when they are asked for.

    Raises:
        DatasetError: some are missing, damaged, or of another size.
    """
    there = _find_present(dataset.root, dataset.images)
    missing = [row for row, present in enumerate(there) if not present]
    if missing and len(missing) < len(there) and not dataset.pictures_on_demand:
        raise _describe_missing(dataset, "image", dataset.images, missing, len(there))
    rows = [row for row, present in enumerate(there) if present]
    _check_sizes(dataset, rows, dataset.images, "checking pictures", progress)
    return len(rows)


def check_masks(dataset: Dataset, progress: ProgressCallback | None = None) -> int:
    """How many masks there are; none at all is legal.

    Raises:
        DatasetError: some are missing, damaged, or of another size.
    """
    rows = [row for row, mask in enumerate(dataset.masks) if mask is not None]
    names = [mask or "" for mask in dataset.masks]
    there = _find_present(dataset.root, [names[row] for row in rows])
    missing = [row for row, present in zip(rows, there) if not present]
    if missing:
        raise _describe_missing(dataset, "mask", names, missing, len(rows))
    _check_sizes(dataset, rows, names, "checking masks", progress)
    return len(rows)


def _find_present(root: Path, names: Sequence[str]) -> list[bool]:
    """Which files there are, by one listing a folder."""
    listings: dict[str, set[str]] = {}
    present = []
    for name in names:
        folder, _, file = name.rpartition("/")
        if folder not in listings:
            path = root / folder
            listings[folder] = {entry.name for entry in path.iterdir()} if path.is_dir() else set()
        present.append(file in listings[folder])
    return present


def _describe_missing(
    dataset: Dataset, kind: Literal["image", "mask"], names: Sequence[str], missing: list[int], count: int
) -> DatasetError:
    told, found = _REMEDIES[kind]
    how_many = f"{len(missing)} of {count} are missing"
    if dataset.labels_file is None or dataset.file_order is None:
        return DatasetError(f"{dataset.root}: {how_many}, the first {kind} is {names[missing[0]]}; {found}")
    row_in_file = np.argsort(dataset.file_order)
    first = min(missing, key=row_in_file.__getitem__)
    return DatasetError(
        f"{dataset.labels_file}: the {kind} of row {row_in_file[first]}, {names[first]!r}, does not exist "
        f"({how_many}, this is the first); {told}"
    )


def _check_sizes(
    dataset: Dataset, rows: list[int], names: Sequence[str], message: str, progress: ProgressCallback | None
) -> None:
    for first in range(0, len(rows), _BLOCK):
        block = rows[first : first + _BLOCK]

        def check(start: int, stop: int, block: list[int] = block) -> None:
            for row in block[start:stop]:
                path, camera = dataset.root / names[row], dataset.camera(row)
                check_size(path, *read_size(path), camera.width, camera.height)

        map_chunks(check, len(block))
        if progress is not None:
            progress(first + len(block), len(rows), message)
