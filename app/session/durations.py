"""Durations as people read them."""

from __future__ import annotations


def format_seconds(seconds: float) -> str:
    """``8 s``, ``2:05 min`` or ``1:02 h``."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02d} min"
    return f"{whole // 3600}:{whole % 3600 // 60:02d} h"
