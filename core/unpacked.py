"""Files that unpack to far more than is in them, zip bombs among them, are refused before memory is taken."""

from __future__ import annotations

import zipfile
from pathlib import Path

#: Bytes that any file may unpack to, and how many times its own size a file may unpack to beyond that. Labels
#: and bodies pack to a third at best; zeros to a thousandth.
_ALLOWED_BYTES = 64 << 20
_ALLOWED_TIMES = 100


def check_unpacked(path: Path | str, name: str, size: int) -> None:
    """Refuse content of a file that is out of all proportion to the file.

    Args:
        path: the file.
        name: of the content, for the message.
        size: bytes that it says it unpacks to.

    Raises:
        ValueError: it is; without the path, for the reader to say whose fault it is.
    """
    packed = Path(path).stat().st_size
    if size > max(_ALLOWED_BYTES, _ALLOWED_TIMES * packed):
        raise ValueError(
            f"{name} unpacks to {size >> 20} MiB from a file of {packed / 2**20:.1f} MiB, as a zip bomb "
            "does; if it is meant, write it without compression"
        )


def check_archive(path: Path | str) -> None:
    """Refuse a zip file, such as an npz, that unpacks to far more than is in it; other files pass.

    Raises:
        ValueError: as :func:`check_unpacked`.
    """
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
    if entries:  # all together, since entries may overlap
        largest = max(entries, key=lambda entry: entry.file_size)
        check_unpacked(path, largest.filename, sum(entry.file_size for entry in entries))
