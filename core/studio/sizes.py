"""How much a studio holds."""

from __future__ import annotations

from dataclasses import dataclass

from core.errors import SettingsError


@dataclass(frozen=True)
class Size:
    """Extent of a studio; seven subjects and four cameras always.

    Attributes:
        name: as given on the command line.
        sequences: sequences a subject.
        instants: instants a sequence.
        consecutive: whether they are a recording's frames one after the other, not thinned.
        every_defect: whether defects of every kind are planted, not only subject offsets.
        pictures: whether pictures may be rendered.
    """

    name: str
    sequences: int
    instants: int
    consecutive: bool = False
    every_defect: bool = False
    pictures: bool = True


SIZES = {
    size.name: size
    for size in (
        Size("small", 2, 4),
        Size("default", 3, 10),
        Size("audit", 6, 40, consecutive=True, every_defect=True, pictures=False),
    )
}


def get_size(name: str) -> Size:
    """Look up a size.

    Raises:
        SettingsError: there is no such size.
    """
    if name not in SIZES:
        raise SettingsError(f"studio size {name!r} is unknown; expected one of {', '.join(SIZES)}")
    return SIZES[name]
