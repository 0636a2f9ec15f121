"""Pictures and masks, whole and on the crop."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest

from core.data.images import crop_mask, read_image, read_mask, read_size, read_valid_mask
from core.errors import DatasetError


def write_mask(path: Path, *, valid: bool = True, shape: tuple[int, int] = (40, 30)) -> Path:
    mask = np.zeros(shape, np.uint8)
    mask[10:20, 5:25] = 255
    if valid:
        mask[:2, :2] = 255
    cv2.imwrite(str(path), mask)
    return path


def test_a_picture_is_read_as_rgb(tmp_path: Path) -> None:
    picture = np.zeros((4, 6, 3), np.uint8)
    picture[..., 2] = 200  # red, in OpenCV's order
    cv2.imwrite(str(tmp_path / "red.png"), picture)
    np.testing.assert_array_equal(read_image(tmp_path / "red.png")[0, 0], [200, 0, 0])
    assert read_size(tmp_path / "red.png") == (6, 4)


@pytest.mark.parametrize("suffix", [".png", ".jpg"])
def test_the_validity_corner_is_no_part_of_the_body(tmp_path: Path, suffix: str) -> None:
    mask = read_mask(write_mask(tmp_path / f"m{suffix}"), 30, 40)
    assert not mask[:2, :2].any()
    assert mask.sum() == 200


def test_an_invalid_mask_is_told_apart_from_a_damaged_one(tmp_path: Path) -> None:
    path = write_mask(tmp_path / "m.png", valid=False)
    assert read_valid_mask(path, 30, 40) is None
    with pytest.raises(DatasetError, match=r"m\.png: the mask is marked invalid"):
        read_mask(path, 30, 40)
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(DatasetError, match=r"m\.png: the mask is damaged"):
        read_mask(path, 30, 40)


def test_a_mask_of_another_size_names_both_sizes(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="is 30 x 40 pixels; its camera's pictures are 1000 x 1002"):
        read_mask(write_mask(tmp_path / "m.png"), 1000, 1002)


@pytest.mark.parametrize("absent", ["picture", "mask"])
def test_a_missing_file_is_named(tmp_path: Path, absent: str) -> None:
    read = read_image if absent == "picture" else lambda path: read_mask(path, 1, 1)
    with pytest.raises(DatasetError, match=rf"gone\.jpg: the {absent} cannot be read"):
        read(tmp_path / "gone.jpg")


@pytest.mark.parametrize("crop", [(-3.3, 5.7, 7.7), (2.0, 4.0, 8.0), (-40.0, -40.0, 2.0), (5.25, 8.5, 31.7)])
def test_the_crop_of_a_mask_is_its_area_on_each_crop_pixel(crop: tuple[float, float, float]) -> None:
    """Against counting points of a fine grid in every crop pixel."""
    mask = np.random.default_rng(0).random((40, 30)) > 0.5
    side, fine = 32, 40
    left, top, scale = crop
    points = (np.arange(side * fine) + 0.5) / fine / scale
    x, y = np.floor(left + points).astype(int), np.floor(top + points).astype(int)
    padded = np.pad(mask, 60)
    counted = padded[np.ix_(np.clip(y, -60, 99) + 60, np.clip(x, -60, 89) + 60)]
    expected = counted.reshape(side, fine, side, fine).mean((1, 3))
    np.testing.assert_allclose(crop_mask(mask, np.array(crop), side), expected, atol=0.05)
    assert abs(crop_mask(mask, np.array(crop), side).mean() - expected.mean()) < 2e-3


def test_a_crop_outside_the_picture_is_empty() -> None:
    assert not crop_mask(np.ones((10, 10), bool), np.array([50.0, 50.0, 2.0])).any()


def test_a_picture_that_claims_a_size_beyond_reason_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "huge.png"
    write_mask(path)
    content = bytearray(path.read_bytes())
    content[16:24] = struct.pack(">II", 65_501, 65_441)
    content[29:33] = struct.pack(">I", zlib.crc32(content[12:29]))
    path.write_bytes(content)
    with pytest.raises(DatasetError, match=r"huge\.png: says that it is larger than any picture of a camera"):
        read_size(path)
