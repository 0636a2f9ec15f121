"""How several bodies share the viewport: tiles of one size, as large as persons can be in them."""

from __future__ import annotations

from dataclasses import dataclass

#: Width over height of what a tile is to show: a person with arms a little out.
_PERSON = 0.62


@dataclass(frozen=True)
class Place:
    """A tile's rectangle as shares of the viewport, from its lower left corner."""

    left: float
    bottom: float
    right: float
    top: float


def arrange_tiles(count: int, width: int, height: int) -> tuple[list[Place], Place | None]:
    """Places of ``count`` tiles, row by row from the upper left, and the one that they leave free, if any.

    Args:
        count: at least 1.
        width: of the viewport in pixels.
        height: of the viewport in pixels.
    """

    def person_height(columns: int) -> float:
        rows = -(-count // columns)
        return min(width / columns / _PERSON, height / rows)

    columns = max(range(1, count + 1), key=person_height)
    rows = -(-count // columns)
    tiles = [
        Place(column / columns, 1 - (row + 1) / rows, (column + 1) / columns, 1 - row / rows)
        for row, column in (divmod(number, columns) for number in range(count))
    ]
    left = count % columns
    return tiles, Place(left / columns, 0.0, 1.0, 1 / rows) if left else None
