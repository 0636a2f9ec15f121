"""Backend ``background``: the difference to a model of the room (:mod:`core.segment.background`)."""

from __future__ import annotations

from core.segment.backend import Backend
from core.segment.background import BackgroundSegmenter

BACKEND = Backend(
    "background",
    "needs nothing but cameras that stand still",
    lambda project, files: BackgroundSegmenter(project),
)
