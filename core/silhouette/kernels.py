"""Compiled kernels of the silhouette, for any float type; :mod:`core.silhouette.coverage` says what they do.

They are serial, release the interpreter lock, and work on images ``start`` to ``stop`` of their batch, so
that :func:`core.parallel.map_chunks` can share a batch among threads. Positions along edges are computed in
double precision whatever the arrays are, so that vertices far outside the image do no harm. Compiled code is
cached beside this file, or in the user's cache folder where this one is read-only.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

#: Pixels; farther out, or NaN, a vertex cannot be placed and its image becomes NaN.
FARTHEST = 1e9

# All of fast-math but the promise that there are no NaN and infinities: bad input must come out as NaN.
_FASTMATH = {"nsz", "arcp", "contract", "afn", "reassoc"}


@njit(nogil=True, cache=True, fastmath=_FASTMATH)
def cover_images(start, stop, vertices, faces, edges, coverage):  # type: ignore[no-untyped-def]
    """Fill ``coverage`` (B, height, width)."""
    scratch = _make_scratch(faces, edges)
    for image in range(start, stop):
        winding = coverage[image]
        pieces, scratch = _wind_image(vertices[image], faces, edges, scratch, winding)
        if pieces < 0:
            winding[:] = np.nan
            continue
        for row in range(winding.shape[0]):
            for column in range(winding.shape[1]):
                winding[row, column] = _clamp(winding[row, column])


@njit(nogil=True, cache=True, fastmath=_FASTMATH)
def differentiate_images(  # type: ignore[no-untyped-def]
    start, stop, vertices, faces, edges, grad_coverage, grad_vertices
):
    """Fill ``grad_vertices`` (B, V, 2), given ``grad_coverage`` (B, height, width)."""
    scratch = _make_scratch(faces, edges)
    winding = np.empty(grad_coverage.shape[1:], vertices.dtype)
    for image in range(start, stop):
        pieces, scratch = _wind_image(vertices[image], faces, edges, scratch, winding)
        if pieces < 0:
            grad_vertices[image] = np.nan
            continue
        for row in range(winding.shape[0]):
            for column in range(winding.shape[1]):
                slope = grad_coverage[image, row, column]
                winding[row, column] = slope if winding[row, column] < 1 else 0
        grad_vertices[image] = 0
        _move_contour(vertices[image], scratch, pieces, winding, grad_vertices[image])


@njit(nogil=True, cache=True, fastmath=_FASTMATH)
def compare_images(  # type: ignore[no-untyped-def]
    start, stop, vertices, faces, edges, masks, pixel_weights, errors, grad_vertices
):
    """Fill ``errors`` (B,), the mean squared difference to ``masks``, and ``grad_vertices`` (B, V, 2).

    ``pixel_weights`` (B, height, width) multiply the squares; with no rows in it, all count the same.
    """
    scratch = _make_scratch(faces, edges)
    height, width = masks.shape[1:]
    winding = np.empty((height, width), vertices.dtype)  # and then, in place, the slope of each pixel
    weighted = pixel_weights.shape[0] > 0
    scale = winding.dtype.type(2 / (height * width))
    for image in range(start, stop):
        pieces, scratch = _wind_image(vertices[image], faces, edges, scratch, winding)
        if pieces < 0:
            errors[image] = np.nan
            grad_vertices[image] = np.nan
            continue
        total = 0.0
        for row in range(height):
            row_total = winding[row, 0] * 0
            if weighted:
                for column in range(width):
                    wound = winding[row, column]
                    difference = _clamp(wound) - masks[image, row, column]
                    pulled = pixel_weights[image, row, column] * difference
                    row_total += pulled * difference
                    winding[row, column] = scale * pulled if wound < 1 else 0
            else:
                for column in range(width):
                    wound = winding[row, column]
                    difference = _clamp(wound) - masks[image, row, column]
                    row_total += difference * difference
                    winding[row, column] = scale * difference if wound < 1 else 0
            total += row_total
        errors[image] = total / (height * width)
        grad_vertices[image] = 0
        _move_contour(vertices[image], scratch, pieces, winding, grad_vertices[image])


@njit(inline="always")
def _clamp(winding):  # type: ignore[no-untyped-def]
    return min(max(winding, winding * 0), winding * 0 + 1)


@njit
def _make_scratch(faces, edges):  # type: ignore[no-untyped-def]
    """Turning sense of each face, contour edges, and the pieces that pixel borders cut them into.

    A piece is told by its contour edge, row and column (row -1 being all that is above the image), and by
    where on the edge it starts and stops, 0 to 1.
    """
    return (
        np.empty(faces.shape[0], np.uint8),
        np.empty((edges.shape[0], 2), np.int32),
        np.empty((4096, 3), np.int32),
        np.empty((4096, 2), np.float64),
    )


@njit(fastmath=_FASTMATH)
def _wind_image(vertices, faces, edges, scratch, winding):  # type: ignore[no-untyped-def]
    """Fill ``winding`` with the contour's mean winding number in each pixel.

    Returns the number of pieces, -1 if a vertex cannot be placed, and the scratch, which may have grown.
    """
    turning, contour, places, spans = scratch
    for v in range(vertices.shape[0]):
        if not (abs(vertices[v, 0]) <= FARTHEST and abs(vertices[v, 1]) <= FARTHEST):
            return -1, scratch
    count = _find_contour(vertices, faces, edges, turning, contour)
    pieces, places, spans = _cut_contour(
        vertices, contour[:count], winding.shape[0], winding.shape[1], places, spans
    )
    _sum_areas(vertices, contour, places[:pieces], spans, winding)
    return pieces, (turning, contour, places, spans)


@njit(fastmath=_FASTMATH)
def _find_contour(vertices, faces, edges, turning, contour):  # type: ignore[no-untyped-def]
    """Collect the edges between faces of different turning sense, the counted side on the left."""
    for f in range(faces.shape[0]):
        a, b, c = faces[f, 0], faces[f, 1], faces[f, 2]
        x, y = vertices[a, 0], vertices[a, 1]
        area = (vertices[b, 0] - x) * (vertices[c, 1] - y) - (vertices[c, 0] - x) * (vertices[b, 1] - y)
        turning[f] = 1 if area > 0 else 0
    count = 0
    for e in range(edges.shape[0]):
        first, second = turning[edges[e, 2]], turning[edges[e, 3]]
        if first != second:
            contour[count, 0] = edges[e, 0] if first else edges[e, 1]
            contour[count, 1] = edges[e, 1] if first else edges[e, 0]
            count += 1
    return count


@njit
def _cut_contour(vertices, contour, height, width, places, spans):  # type: ignore[no-untyped-def]
    """Cut contour edges at the pixels' borders; what lies left, right or below the image is left out.

    Every step moves on by one row or column inside the image, so that its size bounds the work whatever the
    vertices are. Without fast-math: it depends on the exact meaning of divisions and comparisons.
    """
    pieces = 0
    for edge in range(contour.shape[0]):
        x, y = np.float64(vertices[contour[edge, 0], 0]), np.float64(vertices[contour[edge, 0], 1])
        dx, dy = vertices[contour[edge, 1], 0] - x, vertices[contour[edge, 1], 1] - y
        start, end = 0.0, 1.0
        if dx != 0:
            left, right = -x / dx, (width - x) / dx
            start, end = max(start, min(left, right)), min(end, max(left, right))
        elif x < 0 or x >= width:
            continue
        if dy > 0:
            end = min(end, (height - y) / dy)
        elif dy < 0:
            start = max(start, (height - y) / dy)
        elif y >= height:
            continue
        if not start < end:
            continue
        column = int(min(max(math.floor(x + dx * start), 0), width - 1))
        row = int(min(max(math.floor(y + dy * start), -1), height - 1))
        while True:
            across, along = math.inf, math.inf
            if dx != 0:
                across = (column + (1 if dx > 0 else 0) - x) / dx
            if dy > 0:
                along = (row + 1 - y) / dy
            elif dy < 0 and row >= 0:
                along = (row - y) / dy
            stop = min(across, along, end)
            if stop > start:
                if pieces == places.shape[0]:
                    places, spans = _double(places), _double(spans)
                places[pieces, 0], places[pieces, 1], places[pieces, 2] = edge, row, column
                spans[pieces, 0], spans[pieces, 1] = start, stop
                pieces += 1
                start = stop
            if stop >= end:
                break
            if across < along:
                column += 1 if dx > 0 else -1
                if column < 0 or column >= width:
                    break
            else:
                row += 1 if dy > 0 else -1
                if row >= height:
                    break
    return pieces, places, spans


@njit
def _double(rows):  # type: ignore[no-untyped-def]
    longer = np.empty((2 * rows.shape[0], rows.shape[1]), rows.dtype)
    longer[: rows.shape[0]] = rows
    return longer


@njit(fastmath=_FASTMATH)
def _sum_areas(vertices, contour, places, spans, winding):  # type: ignore[no-untyped-def]
    """Signed area under each piece, as differences between rows, and their sums down the columns."""
    height, width = winding.shape
    winding[:] = 0
    for piece in range(places.shape[0]):
        edge, row, column = places[piece, 0], places[piece, 1], places[piece, 2]
        a, b = contour[edge, 0], contour[edge, 1]
        start, stop = spans[piece, 0], spans[piece, 1]
        advance = (vertices[b, 0] - np.float64(vertices[a, 0])) * (stop - start)
        if row < 0:
            winding[0, column] += advance
            continue
        y = np.float64(vertices[a, 1])
        depth = y + (vertices[b, 1] - y) * 0.5 * (start + stop) - row
        depth = min(max(depth, 0.0), 1.0)
        winding[row, column] += advance * (1 - depth)
        if row + 1 < height:
            winding[row + 1, column] += advance * depth
    for row in range(1, height):
        for column in range(width):
            winding[row, column] += winding[row - 1, column]


@njit(fastmath=_FASTMATH)
def _move_contour(vertices, scratch, pieces, slopes, grad_vertices):  # type: ignore[no-untyped-def]
    """Add what moving each end of each piece does; pixels that are full do not change, their slope is 0."""
    _, contour, places, spans = scratch
    for piece in range(pieces):
        edge, row, column = places[piece, 0], places[piece, 1], places[piece, 2]
        if row < 0:
            continue
        a, b = contour[edge, 0], contour[edge, 1]
        dx, dy = vertices[b, 0] - vertices[a, 0], vertices[b, 1] - vertices[a, 1]
        start, stop = spans[piece, 0], spans[piece, 1]
        towards_b = 0.5 * (stop * stop - start * start)
        at_b = slopes[row, column] * towards_b
        at_a = slopes[row, column] * (stop - start - towards_b)
        grad_vertices[a, 0] += at_a * dy
        grad_vertices[a, 1] -= at_a * dx
        grad_vertices[b, 0] += at_b * dy
        grad_vertices[b, 1] -= at_b * dx
