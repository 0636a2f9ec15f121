"""Ways to spoil a file, for the tests of what reads files."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable

import numpy as np
from hypothesis import strategies as st

#: Files or data sets for each reader and importer: ten thousand over all of them, in about a minute.
EXAMPLES = int(os.environ.get("JOINTLENS_FUZZ", "660"))
#: Files of more bytes take so many times fewer.
LARGE, FEWER = 1_000_000, 16
#: Bytes a reader may need beyond ten times the file.
ALLOWANCE = 64 << 20
#: Of processor time that a reader may take, whatever else the machine does.
SECONDS = 10.0


@st.composite
def damages(draw: st.DrawFn) -> Callable[[bytes], bytes]:
    """Ways to spoil a file."""
    kind = draw(st.sampled_from(["cut", "flip", "fill", "insert", "empty", "noise", "lie"]))
    place, seed = draw(st.floats(0, 1)), draw(st.integers(0, 2**32 - 1))
    random = np.random.default_rng(seed)
    noise = random.bytes(int(random.integers(1, 64)))

    def damage(content: bytes) -> bytes:
        # Headers are where it hurts: half of the places lie in the first or last kilobyte.
        span = len(content) if seed % 2 else min(len(content), 1024)
        at = int(place * span) if seed % 3 else len(content) - 1 - int(place * span)
        at = max(0, min(at, len(content) - 1))
        if kind == "cut":
            return content[:at]
        if kind == "flip":
            return content[:at] + bytes([content[at] ^ (1 << seed % 8)]) + content[at + 1 :]
        if kind == "fill":
            return content[:at] + noise + content[at + len(noise) :]
        if kind == "insert":
            return content[:at] + noise + content[at:]
        if kind == "lie":  # a length of four or eight bytes that promises far too much
            size = struct.pack("<q", 1 << 40) if seed % 2 else struct.pack("<i", (1 << 31) - 1)
            return content[:at] + size + content[at + len(size) :]
        return b"" if kind == "empty" else noise

    return damage
