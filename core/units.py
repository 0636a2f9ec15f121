"""Between metres, in which everything is kept, and what people read."""

from __future__ import annotations

#: In a metre.
MILLIMETRES = 1000.0
