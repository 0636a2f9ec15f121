"""What a worker's process keeps from item to item, since it is slow to open."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Protocol, TypeVar


class Closable(Protocol):
    """Something that is closed when it is needed no more."""

    def close(self) -> None:
        """Let go of what it holds."""
        ...


_Kept = TypeVar("_Kept", bound=Closable)
_kept: tuple[Hashable, Any] | None = None


def keep_open(key: Hashable, make: Callable[[], _Kept]) -> _Kept:
    """What was made for this key last, or made anew; what was kept for another key is closed."""
    global _kept
    if _kept is None or _kept[0] != key:
        close_kept()
        _kept = key, make()
    kept: _Kept = _kept[1]
    return kept


def close_kept() -> None:
    """Close what this process keeps; a process that does items itself does so at the end."""
    global _kept
    if _kept is not None:
        _kept[1].close()
    _kept = None
