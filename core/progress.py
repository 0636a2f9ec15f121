"""How work that takes long tells how far it is, since nothing in ``core`` prints."""

from __future__ import annotations

from collections.abc import Callable

#: Told of a step: how many are done, of how many, and in a person's words what is being done.
ProgressCallback = Callable[[int, int, str], None]
