"""Masks that somebody else made: PNG or JPEG folders, COCO's run lengths, Human3.6M's own ``.mat`` files.

Sources: the layout of Hedlin et al., ``<S>/<Action>/maskSequence/<camera>/img_%06d.jpg``, where a zero first
pixel marks a mask as invalid; ``mask.py`` of cocoapi; ``MySegmentsMat/ground_truth_bs`` of Human3.6M, HDF5:
``f[f["Masks"][i, 0]][:].T``. Its ``ground_truth_bb`` beside it are filled boxes, no silhouettes.
"""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
from numpy.typing import NDArray

from core.damage import NUMPY_DAMAGE
from core.data.h36m_names import parse_image_name
from core.data.images import check_size, read_valid_mask
from core.errors import DatasetError
from core.types import BoolArray, FrameKey
from core.unpacked import check_unpacked

if TYPE_CHECKING:
    from core.project.project import Project

_SUFFIXES = (".png", ".jpg", ".jpeg")
_MAT_NAME = re.compile(r"(.+)\.(\d+)\.mat")
#: Share of a mask's bounding box that a person never fills.
_FILLED = 0.98
_BOXES_LOOKED_AT = 8


class FileMasks:
    """Masks of a project's frames from a folder or file, whose format is told by its content.

    Args:
        project: whose frames.
        source: a folder of pictures or of ``.mat`` files, or a COCO JSON file.

    Raises:
        DatasetError: it is none of these, or its masks are filled boxes.
    """

    def __init__(self, project: Project, source: Path | str) -> None:
        self._project = project
        source = Path(source)
        if source.is_file() and source.suffix == ".json":
            self._read = _CocoMasks(source).read
        elif source.is_dir() and any(source.rglob("*.mat")):
            self._read = _MatMasks(source).read
        elif source.is_dir():
            self._read = _PictureMasks(source).read
        else:
            raise DatasetError(
                f"{source}: expected a folder of masks (PNG, JPEG or Human3.6M's .mat) or a COCO .json"
            )

    def segment(self, row: int) -> BoolArray | None:
        """The mask that the files hold for a frame, (H, W); None where there is none or it is marked invalid.

        Raises:
            DatasetError: it is damaged, or not as large as the camera's pictures.
        """
        camera = self._project.camera(row)
        return self._read(self._project.keys[row], camera.width, camera.height)


class _PictureMasks:
    def __init__(self, root: Path) -> None:
        self._root = root
        if not any(path.suffix.lower() in _SUFFIXES for path in root.rglob("*")):
            raise DatasetError(f"{root}: holds no PNG or JPEG; expected <S>/<Action>/maskSequence/<camera>/")

    def read(self, key: FrameKey, width: int, height: int) -> BoolArray | None:
        folders = (f"{key.sequence}/maskSequence/{key.camera}", f"{key.sequence}/{key.camera}")
        for folder in folders:
            for suffix in _SUFFIXES:
                path = self._root / folder / f"img_{key.frame:06d}{suffix}"
                if path.is_file():
                    return read_valid_mask(path, width, height)
        return None


class _CocoMasks:
    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            content = json.loads(path.read_bytes())
            names = {image["id"]: parse_image_name(image["file_name"]) for image in content["images"]}
            self._found = {names[entry["image_id"]]: entry for entry in content["annotations"]}
        except OSError as error:
            raise DatasetError(f"{path}: cannot be read ({error.strerror})") from error
        except (ValueError, KeyError, TypeError) as error:
            raise DatasetError(f"{path}: is no COCO file with images and annotations ({error})") from error

    def read(self, key: FrameKey, width: int, height: int) -> BoolArray | None:
        entry = self._found.get(key)
        if entry is None:
            return None
        segmentation = entry.get("segmentation")
        if not isinstance(segmentation, dict) or {"size", "counts"} - set(segmentation):
            raise DatasetError(f"{self._path}: the segmentation of {key} is no run lengths (size and counts)")
        mask = decode_run_lengths(segmentation["counts"], *map(int, segmentation["size"]), path=self._path)
        check_size(f"{self._path}: {key}", mask.shape[1], mask.shape[0], width, height)
        return mask


class _MatMasks:
    def __init__(self, root: Path) -> None:
        self._root = root
        self._files: dict[tuple[str, str, str], Path] = {}
        for path in sorted(root.rglob("*.mat")):
            found = _MAT_NAME.fullmatch(path.name)
            subject = next((part for part in path.parts[::-1] if re.fullmatch(r"S\d+", part)), None)
            if found is None or subject is None:
                raise DatasetError(
                    f"{path}: expected <S>/MySegmentsMat/ground_truth_bs/<Action>.<camera>.mat"
                )
            action = re.sub(r"[ _](?=\d+$)", "-", found[1])
            self._files[subject, action, found[2]] = path
        first = next(iter(self._files.values()))
        self._refuse_boxes(first)

    def read(self, key: FrameKey, width: int, height: int) -> BoolArray | None:
        path = self._files.get((key.subject, key.action, key.camera))
        if path is None:
            return None
        mask = _read_mat(path, [key.frame - 1])[0]
        if mask is None:
            return None
        check_size(path, mask.shape[1], mask.shape[0], width, height)
        return mask

    def _refuse_boxes(self, path: Path) -> None:
        masks = [mask for mask in _read_mat(path, range(_BOXES_LOOKED_AT)) if mask is not None and mask.any()]
        if masks and all(_is_filled_box(mask) for mask in masks):
            raise DatasetError(
                f"{path}: its masks are filled boxes (ground_truth_bb), not silhouettes; give ground_truth_bs"
            )


def decode_run_lengths(
    counts: str | bytes | list[int], height: int, width: int, *, path: Path | str = "mask"
) -> BoolArray:
    """COCO's run lengths, compressed or as a list, to a mask (H, W); columns come first.

    Raises:
        DatasetError: they do not fill the mask.
    """
    runs = counts if isinstance(counts, list) else _decompress(counts)
    values = np.zeros(len(runs), bool)
    values[1::2] = True
    if any(run < 0 for run in runs) or sum(runs) != height * width:
        raise DatasetError(f"{path}: run lengths do not fill a mask of {width} x {height} pixels")
    return np.repeat(values, runs).reshape(width, height).T


def _decompress(counts: str | bytes) -> list[int]:
    """Groups of five bits from the lowest, each in a character from 48 on; differences to two runs before."""
    text = counts.encode() if isinstance(counts, str) else counts
    runs: list[int] = []
    position = 0
    while position < len(text):
        value, shift, more = 0, 0, True
        while more and position < len(text):
            group = text[position] - 48
            value |= (group & 0x1F) << shift
            more, shift, position = bool(group & 0x20), shift + 5, position + 1
            if not more and group & 0x10:
                value |= -1 << shift
        runs.append(value + (runs[-2] if len(runs) > 2 else 0))
    return runs


def _read_mat(path: Path, numbers: range | list[int]) -> list[NDArray[Any] | None]:
    try:
        with h5py.File(path, "r") as file:
            references = file["Masks"]
            masks = [None if number >= len(references) else file[references[number, 0]] for number in numbers]
            for held in masks:
                if held is not None:
                    size = held.dtype.itemsize * max(held.size, math.prod(held.chunks or ()))
                    check_unpacked(path, "a mask", size)
            return [None if held is None else np.asarray(held[:].T) > 0 for held in masks]
    except (OSError, *NUMPY_DAMAGE) as error:
        raise DatasetError(f"{path}: is no readable file of Human3.6M's masks ({error})") from error


def _is_filled_box(mask: NDArray[Any]) -> bool:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    area = (rows[-1] - rows[0] + 1) * (columns[-1] - columns[0] + 1)
    return bool(mask.sum() >= _FILLED * area)
