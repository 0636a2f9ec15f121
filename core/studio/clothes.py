"""How far clothes stand off the body."""

from __future__ import annotations

from core.studio.hard_modes import CLOTHING
from core.studio.streams import open_stream
from core.studio.subjects import SUBJECTS

#: In hard mode ``clothing``, in pixels of the crop that masks are used on.
_LOOSENESS = (1.0, 2.0)
#: What such a pixel is on a body of usual size, metres.
CROP_PIXEL = 0.009


def draw_looseness(seed: int, hard: tuple[str, ...]) -> dict[str, float]:
    """By subject, how much larger than the body masks are throughout, in crop pixels; zero normally."""
    stream = open_stream(seed, "looseness")
    drawn = stream.uniform(*_LOOSENESS, size=len(SUBJECTS))
    return {subject: float(pixels) if CLOTHING in hard else 0.0 for subject, pixels in zip(SUBJECTS, drawn)}
