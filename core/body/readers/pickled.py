"""Body models as SMPL's own pickles, read by an allow-list (:mod:`core.pickles`)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.body.reader import BodyReader
from core.errors import BodyError, DatasetError
from core.pickles import load_pickle


def read_pickle(path: Path) -> Mapping[str, Any]:
    """The dictionary that a pickle holds.

    Raises:
        BodyError: it is damaged, or holds something else.
        UntrustedFileError: it names a class that body models have no use for.
    """
    try:
        content = load_pickle(path)
    except DatasetError as error:
        raise BodyError(str(error)) from error
    if not isinstance(content, dict):
        raise BodyError(
            f"{path}: holds a {type(content).__name__}; an SMPL pickle holds a dictionary of arrays"
        )
    return content


READER = BodyReader("pickle", (".pkl", ".pickle"), read_pickle)
