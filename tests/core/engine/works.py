"""Work that the tests of engines hand out; workers import it."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from core.errors import ProjectError

POISON = 3


@dataclass(frozen=True)
class Lot:
    """A block of numbers that its worker may be spared some of."""

    numbers: tuple[int, ...]
    is_probe: bool = False
    excluded: Mapping[int, str] = field(default_factory=dict)

    @property
    def parts(self) -> tuple[int, ...]:
        return self.numbers

    def probe(self, parts: tuple[int, ...]) -> Self:
        return replace(self, numbers=parts, is_probe=True)

    def without(self, excluded: Mapping[int, str]) -> Self:
        return replace(self, excluded=excluded)


def add(shared: int, item: int, device: str) -> tuple[int, str]:
    return shared + item, device


def die_once(shared: str, item: int, device: str) -> int:
    """The first worker that meets the poisonous item is killed."""
    marker = Path(shared) / "died"
    if item == POISON and not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return item


def die_of_poison(shared: object, item: Lot, device: str) -> list[int]:
    """Every worker is killed by the poisonous number, unless it is spared it."""
    kept = [number for number in item.numbers if number not in item.excluded]
    if POISON in kept:
        os.kill(os.getpid(), signal.SIGKILL)
    return kept


def raise_at_poison(shared: object, item: Lot, device: str) -> list[int]:
    kept = [number for number in item.numbers if number not in item.excluded]
    if POISON in kept:
        raise ZeroDivisionError("not this one")
    return kept


def refuse(shared: object, item: Any, device: str) -> None:
    raise ProjectError("the disk is full")


def fail_always(shared: object, item: Any, device: str) -> None:
    raise RuntimeError("nothing works here")
