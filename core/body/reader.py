"""What a reader of body model files is: the suffixes it is for, and a function that gives SMPL's arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: What every reader has to give.
SMPL_ARRAYS = ("v_template", "shapedirs", "posedirs", "J_regressor", "weights", "kintree_table", "f")


@dataclass(frozen=True)
class BodyReader:
    """Reads one kind of body model file.

    Attributes:
        id: its name.
        suffixes: of the files that it is for, with their dots, lower case.
        read: the arrays of :data:`SMPL_ARRAYS` by name, as smplx names and shapes them; others are left
            alone. Raises a BodyError that names the file and the remedy. A file is not trusted: it must not
            be unpickled freely.
    """

    id: str
    suffixes: tuple[str, ...]
    read: Callable[[Path], Mapping[str, Any]]
