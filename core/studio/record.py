"""``studio.json``: what marks a data set as a synthetic studio, and what its pictures are made again from.

Format version history: 1, the first; 2, with ``hard``, and scenes drawn otherwise from the same seed.
``mask_noise`` came later and is 1 where it is missing; so did ``offset_mm``, which is then drawn at random.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from core.errors import DatasetError

FORMAT_VERSION = 2
NAME = "studio.json"


class StudioRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The arguments that a studio was made with.

    Attributes:
        seed: that everything is drawn from.
        size: name of its size.
        clean_labels: whether nothing was planted in the labels.
        images: whether pictures may be rendered.
        hard: names of the hard modes that are on.
        mask_noise: factor on how far the masks' borders are off.
        offset_mm: length of the subject offsets; None where each was drawn at random.
        kind: says what this is to whoever opens the file.
        format_version: of this file.
    """

    seed: int
    size: str
    clean_labels: bool
    images: bool
    hard: tuple[str, ...] = ()
    mask_noise: float = 1.0
    offset_mm: float | None = None
    kind: str = "synthetic studio"
    format_version: int = FORMAT_VERSION


def write_record(dataset: Path, record: StudioRecord) -> None:
    """Write ``studio.json`` into a data set's root."""
    (dataset / NAME).write_bytes(msgspec.json.format(msgspec.json.encode(record), indent=1) + b"\n")


def read_record(dataset: Path) -> StudioRecord:
    """Read ``studio.json``.

    Raises:
        DatasetError: the data set is no studio, or the file is malformed or of another version.
    """
    path = dataset / NAME
    try:
        record = msgspec.json.decode(path.read_bytes(), type=StudioRecord)
    except OSError as error:
        raise DatasetError(f"{path}: cannot be read ({error.strerror}); only a studio has one") from error
    except msgspec.DecodeError as error:
        raise DatasetError(f"{path}: {error}") from error
    if record.format_version != FORMAT_VERSION:
        raise DatasetError(
            f"{path}: has format_version {record.format_version}, this version makes pictures of "
            f"{FORMAT_VERSION} alone; make the studio again"
        )
    return record
