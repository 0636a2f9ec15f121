"""What an importer of data sets is: a name, a way to tell its format, and a function that reads it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from core.data.dataset import Dataset


@dataclass(frozen=True)
class Importer:
    """Reads data sets of one format.

    Attributes:
        id: the name that ``--format`` takes, and that the project keeps.
        summary: what such a data set looks like, as the end of "expected ...".
        recognises: whether a path, which exists, is such a data set; looks at names and headers alone.
        read: the whole data set, in the conventions of :class:`Dataset`; raises a DatasetError that names
            file, value and remedy where something is wrong.
    """

    id: str
    summary: str
    recognises: Callable[[Path], bool]
    read: Callable[[Path], Dataset]
