"""Every module here is one way of making masks; other packages may add theirs."""

from __future__ import annotations

from core.registry import collect_records
from core.segment.backend import Backend

BACKENDS: dict[str, Backend] = collect_records(__name__, "BACKEND", Backend, group="jointlens.segmenters")
