"""Pictures and masks that are missing, damaged or of another size are named."""

from __future__ import annotations

import shutil
from typing import Any

import cv2
import numpy as np
import pytest

from core.errors import (
    DatasetError,
)
from core.project.project import Project
from tests.core.data.refusals import expect_refusal, run_import


def test_a_missing_picture_is_named(tiny: Any) -> None:
    tiny.picture("imageSequence").unlink()
    expect_refusal(
        tiny, DatasetError, r"1 of 24 are missing, the first image is S1/.*54138969/img_000065\.jpg; extract"
    )


def test_labels_alone_are_enough(tiny: Any) -> None:
    for folder in [*tiny.root.glob("*/*/imageSequence"), *tiny.root.glob("*/*/maskSequence")]:
        shutil.rmtree(folder)
    preview = run_import(tiny)
    assert (preview.pictures, preview.masks) == (0, 0)
    assert any("no masks" in note for note in preview.notes)
    with Project.open(tiny.root.parent / "project") as opened:
        assert opened.mask_path(0) is None
        assert np.isnan(opened.read_masks(np.arange(2))).all()


def test_a_missing_mask_is_named(tiny: Any) -> None:
    tiny.picture("maskSequence").unlink()
    expect_refusal(
        tiny, DatasetError, r"1 of 24 are missing, the first mask is S1/.*54138969/img_000065\.jpg; segment"
    )


@pytest.mark.parametrize("kind", ["maskSequence", "imageSequence"])
def test_a_file_of_another_size_is_named(tiny: Any, kind: str) -> None:
    cv2.imwrite(str(tiny.picture(kind)), np.zeros((30, 40), np.uint8))
    expect_refusal(tiny, DatasetError, rf"{kind}/54138969/img_000065\.jpg: is 40 x 30 pixels; .* 160 x 162")


def test_a_file_that_is_no_picture_is_named(tiny: Any) -> None:
    tiny.picture("maskSequence").write_bytes(b"text")
    expect_refusal(tiny, DatasetError, r"img_000065\.jpg: is no picture")


def test_an_invalid_mask_is_no_mask(tiny: Any) -> None:
    cv2.imwrite(str(tiny.picture("maskSequence")), np.zeros((162, 160), np.uint8))
    run_import(tiny)
    with Project.open(tiny.root.parent / "project") as opened:
        masks = opened.read_masks(np.arange(24))
        assert np.isnan(masks).all(axis=(1, 2)).sum() == 1
