"""Whether the pictures and masks of a data set are there, and as large as their cameras say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from core.data.dataset import Dataset
from core.data.images import check_size, read_size
from core.errors import DatasetError
from core.parallel import map_chunks

Progress = Callable[[int, int, str], None]

#: Files whose headers are read between two reports of progress.
_BLOCK = 512


def check_pictures(dataset: Dataset, progress: Progress | None = None) -> int:
    """How many pictures there are.

    None at all is legal, for a data set of labels alone; some missing is not, but for a studio, which
    makes its pictures when they are asked for.

    Raises:
        DatasetError: some are missing, damaged, or of another size.
    """
    there = _find_present(dataset.root, dataset.images)
    missing = [row for row, present in enumerate(there) if not present]
    if missing and len(missing) < len(there) and not dataset.pictures_on_demand:
        raise DatasetError(
            f"{dataset.root / dataset.images[missing[0]]}: the picture is missing (one of {len(missing)}); "
            "extract the videos again with h36m-fetch, or move all imageSequence folders away"
        )
    rows = [row for row, present in enumerate(there) if present]
    _check_sizes(dataset, rows, dataset.images, "checking pictures", progress)
    return len(rows)


def check_masks(dataset: Dataset, progress: Progress | None = None) -> int:
    """How many masks there are; none at all is legal.

    Raises:
        DatasetError: some are missing, damaged, or of another size.
    """
    rows = [row for row, mask in enumerate(dataset.masks) if mask is not None]
    names = [mask or "" for mask in dataset.masks]
    there = _find_present(dataset.root, [names[row] for row in rows])
    missing = [row for row, present in zip(rows, there) if not present]
    if missing:
        raise DatasetError(
            f"{dataset.root / names[missing[0]]}: the mask is missing (one of {len(missing)}); segment "
            "these frames, mark them invalid by a mask whose first pixel is zero, or move all maskSequence "
            "folders away"
        )
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


def _check_sizes(
    dataset: Dataset, rows: list[int], names: Sequence[str], message: str, progress: Progress | None
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
