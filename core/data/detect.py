"""Which format a data set is in, told by what is there."""

from __future__ import annotations

from pathlib import Path

from core.data.importer import Importer
from core.errors import DatasetError
from core.registry import collect_records

#: Importers by the name that ``--format`` takes.
FORMATS: dict[str, Importer] = collect_records(
    "core.data.importers", "IMPORTER", Importer, group="jointlens.importers"
)


def detect_format(path: Path | str) -> str:
    """Name of the importer that a data set is for.

    Raises:
        DatasetError: nothing is there, nothing that any importer reads, or what more than one would read.
    """
    path = Path(path)
    if not path.exists():
        raise DatasetError(f"{path}: is not there")
    found = [importer.id for importer in FORMATS.values() if importer.recognises(path)]
    if len(found) > 1:
        raise DatasetError(f"{path}: may be {' or '.join(found)}; tell which by --format")
    if not found:
        known = "; ".join(importer.summary for importer in FORMATS.values())
        raise DatasetError(f"{path}: is in no known format; expected {known}")
    return found[0]
