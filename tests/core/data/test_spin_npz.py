"""Estimates in SPIN's files are whole, or told what is wrong."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.errors import (
    DatasetError,
    UntrustedFileError,
)
from tests.core.data.refusals import expect_refusal


def change_estimates(tiny: Any, **arrays: Any) -> None:
    with np.load(tiny.estimates) as file:
        kept = {name: file[name] for name in file.files}
    kept.update(arrays)
    np.savez(tiny.estimates, **{name: values for name, values in kept.items() if values is not None})


def test_arrays_of_different_lengths_tell_both_counts(tiny: Any) -> None:
    with np.load(tiny.estimates) as file:
        short = {name: file[name][:-1] for name in file.files}
    change_estimates(tiny, **{**short, "shape": np.zeros((24, 10))})
    expect_refusal(
        tiny,
        DatasetError,
        r"rows of its arrays differ: pose has 23, betas has 24, frame names has 23",
    )


def test_estimates_with_nan_name_the_row(tiny: Any) -> None:
    pose = np.load(tiny.estimates)["pose"]
    pose[7, 3] = np.nan
    change_estimates(tiny, pose=pose)
    expect_refusal(
        tiny, DatasetError, r"spin\.npz: pose of row 7 \(S1/Posing-1/58860488/000065\) is not finite"
    )


def test_estimates_that_are_no_spin_file_are_told(tiny: Any) -> None:
    change_estimates(tiny, pose=None)
    expect_refusal(tiny, DatasetError, r"has no pose; expected floats \(N, 72\)")
    change_estimates(tiny, pose=np.zeros((24, 75)))
    expect_refusal(tiny, DatasetError, r"pose has shape \(24, 75\)")
    np.savez(tiny.estimates, pose=np.array([{}], dtype=object), shape=np.zeros((24, 10)))
    expect_refusal(tiny, UntrustedFileError, r"spin\.npz: holds pickled objects")
    tiny.estimates.write_bytes(b"PK\x03\x04 cut")
    expect_refusal(tiny, DatasetError, r"spin\.npz: is no readable npz")
    expect_refusal(
        tiny, DatasetError, r"gone\.npz: cannot be read", estimates={"spin": tiny.root / "gone.npz"}
    )
