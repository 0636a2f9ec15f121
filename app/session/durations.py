"""Durations and times as people read them."""

from __future__ import annotations

from datetime import datetime


def format_seconds(seconds: float) -> str:
    """``8 s``, ``2:05 min`` or ``1:02 h``."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02d} min"
    return f"{whole // 3600}:{whole % 3600 // 60:02d} h"


def tell_time(created: str) -> str:
    """A time of the journal, as the clock on the wall tells it: ``2026-11-28 23:19``."""
    return datetime.fromisoformat(created).astimezone().strftime("%Y-%m-%d %H:%M")
