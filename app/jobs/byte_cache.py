"""The least recently used go first: a cache bounded by bytes, safe between threads."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class ByteCache(Generic[Value]):
    """Values by key, at most ``limit`` bytes in all.

    Args:
        limit: bytes.
        measure: bytes of one value.
    """

    def __init__(self, limit: int, measure: Callable[[Value], int]) -> None:
        self._limit = limit
        self._measure = measure
        self._values: OrderedDict[Hashable, Value] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._values)

    def __contains__(self, key: Hashable) -> bool:
        return key in self._values

    @property
    def bytes(self) -> int:
        """What all values measure."""
        return self._bytes

    def get(self, key: Hashable) -> Value | None:
        """The value, now the most recently used; None where there is none."""
        with self._lock:
            value = self._values.get(key)
            if value is not None:
                self._values.move_to_end(key)
            return value

    def put(self, key: Hashable, value: Value) -> None:
        """Add or replace a value; the least recently used make room, the new one always stays."""
        with self._lock:
            self._drop(key)
            self._values[key] = value
            self._bytes += self._measure(value)
            while self._bytes > self._limit and len(self._values) > 1:
                self._drop(next(iter(self._values)))

    def clear(self) -> None:
        """Forget every value."""
        with self._lock:
            self._values.clear()
            self._bytes = 0

    def _drop(self, key: Hashable) -> None:
        value = self._values.pop(key, None)
        if value is not None:
            self._bytes -= self._measure(value)
