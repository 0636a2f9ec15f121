"""One thing that ``doctor`` looked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "optional", "missing"]


@dataclass(frozen=True)
class Check:
    """One line of the report.

    Attributes:
        name: what was looked for.
        state: ``missing`` is needed and not there, or broken; ``optional`` is not there and can be done
            without.
        found: what is there, or what its absence means.
        remedy: what to do, a command where there is one; empty where nothing needs to be done.
    """

    name: str
    state: State
    found: str
    remedy: str = ""
