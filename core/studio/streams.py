"""Random streams: one independent generator a purpose, all from one seed.

A new draw in one part of the studio then leaves every other part as it was, so that, for example, the
labels with and without planted defects differ in the defects alone.
"""

from __future__ import annotations

import zlib

import numpy as np


def open_stream(seed: int, *purpose: str | int) -> np.random.Generator:
    """The generator of one purpose, e.g. ``open_stream(7, "mask", "S5/Walking-1/54138969/000123")``."""
    words = [zlib.crc32(str(word).encode()) for word in purpose]
    return np.random.default_rng([seed, *words])
