"""Every module here reads one kind of body model file; other packages may add theirs."""

from __future__ import annotations

from core.body.reader import BodyReader
from core.registry import collect_records

READERS: dict[str, BodyReader] = collect_records(
    __name__, "READER", BodyReader, group="jointlens.body_readers"
)
