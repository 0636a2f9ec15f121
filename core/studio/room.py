"""The room as data: what stands where, its colours and the textures of floor and walls."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from core.studio.streams import open_stream
from core.types import FloatArray

#: Extent of the room: |x|, |y| and the ceiling's height, metres.
HALF_WIDTH, HALF_LENGTH, HEIGHT = 3.4, 6.4, 3.0

_WALL = (184, 180, 170)
_SKIRTING = (92, 84, 76)

Point = tuple[float, float, float]
Corners = tuple[Point, Point]


@dataclass(frozen=True)
class Block:
    """A box of one colour.

    Attributes:
        low: corner of least x, y and z, metres.
        high: the opposite corner.
        colour: RGB.
        ambient: share of the colour that it shows without any lamp.
    """

    low: Point
    high: Point
    colour: tuple[int, int, int]
    ambient: float = 0.35


def furnish(seed: int) -> list[Block]:
    """Walls and ceiling with what is on them and stands along them."""
    stream = open_stream(seed, "room")
    blocks = [
        Block(
            (-HALF_WIDTH, -HALF_LENGTH, HEIGHT), (HALF_WIDTH, HALF_LENGTH, HEIGHT + 0.1), (214, 212, 206), 0.8
        )
    ]
    for x in (-1.4, 1.4):
        for y in (-4.2, -1.4, 1.4, 4.2):
            blocks.append(
                Block((x - 0.3, y - 0.6, HEIGHT - 0.02), (x + 0.3, y + 0.6, HEIGHT), (250, 248, 240), 1.0)
            )
    for side in (-1, 1):
        blocks += _furnish_end(side, stream)
        blocks += _furnish_side(side, stream)
    return blocks


def _furnish_end(side: int, stream: np.random.Generator) -> list[Block]:
    """A short wall with its skirting, a door and a board."""
    door = stream.uniform(-2.2, 1.2)
    board = door + 1.3 if door < -0.5 else door - 2.2

    def on_wall(left: float, right: float, low: float, high: float, depth: tuple[float, float]) -> Corners:
        near, far = sorted(side * (HALF_LENGTH - inward) for inward in depth)
        return (left, near, low), (right, far, high)

    return [
        Block(*on_wall(-HALF_WIDTH, HALF_WIDTH, 0, HEIGHT, (-0.1, 0)), _WALL, 0.55),
        Block(*on_wall(-HALF_WIDTH, HALF_WIDTH, 0, 0.12, (0, 0.02)), _SKIRTING),
        Block(*on_wall(door, door + 0.95, 0, 2.05, (0, 0.04)), (128, 98, 70)),
        Block(
            *on_wall(board, board + 1.9, 0.9, 2.0, (0, 0.04)), (54, 74, 66) if side > 0 else (228, 228, 222)
        ),
    ]


def _furnish_side(side: int, stream: np.random.Generator) -> list[Block]:
    """A long wall with its skirting, a curtain and two boxes."""

    def on_wall(start: float, end: float, low: float, high: float, depth: tuple[float, float]) -> Corners:
        near, far = sorted(side * (HALF_WIDTH - inward) for inward in depth)
        return (near, start, low), (far, end, high)

    blocks = [
        Block(*on_wall(-HALF_LENGTH, HALF_LENGTH, 0, HEIGHT, (-0.1, 0)), _WALL, 0.55),
        Block(*on_wall(-HALF_LENGTH, HALF_LENGTH, 0, 0.12, (0, 0.02)), _SKIRTING),
    ]
    curtain = stream.uniform(-4.5, 1.5)
    for fold in range(14):
        start, shade = curtain + 0.2 * fold, 46 + 14 * (fold % 2)
        blocks.append(Block(*on_wall(start, start + 0.2, 0.05, 2.6, (0, 0.06)), (shade, shade, shade + 6)))
    for _ in range(2):
        place, size = stream.uniform(0.5 - HALF_LENGTH, HALF_LENGTH - 1.2), stream.uniform(0.3, 0.6, size=3)
        tone = int(stream.integers(90, 150))
        corners = on_wall(place, place + size[1], 0, size[2], (0.08, 0.08 + size[0]))
        blocks.append(Block(*corners, (tone, tone - 14, tone - 34)))
    return blocks


def weave_carpet(seed: int, pixels: int = 1024) -> FloatArray:
    """Texture (pixels, pixels, 3) uint8 of the whole floor, with the taped square that people stay in."""
    stream = open_stream(seed, "carpet")
    fine = stream.normal(size=(pixels, pixels, 1)) * 9
    broad = cv2.resize(stream.normal(size=(24, 24)) * 5, (pixels, pixels), interpolation=cv2.INTER_CUBIC)
    carpet = np.array([136.0, 112.0, 98.0]) + fine + broad[..., None]
    along, across = _metres(pixels)
    square = np.maximum(abs(along) / 1.9, abs(across) / 1.5)
    carpet[abs(square - 1) < 0.012] = (202, 196, 180)
    return np.clip(carpet, 0, 255).astype(np.uint8)


def _metres(pixels: int) -> tuple[FloatArray, FloatArray]:
    """Place along the room (rows) and across it (columns) of every texture pixel."""
    middle = (np.arange(pixels) + 0.5) / pixels - 0.5
    along, across = np.meshgrid(middle * 2 * HALF_LENGTH, middle * 2 * HALF_WIDTH, indexing="ij")
    return along, across
