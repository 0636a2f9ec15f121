"""Triton kernels of the silhouette; :mod:`core.silhouette.coverage` says what they compute.

Results do not depend on the order in which programs run. What many edges add to one pixel is summed as whole
numbers, of which 2^40 make one pixel's area; what many edges do to one vertex is gathered by the vertex.
"""

from __future__ import annotations

import triton
import triton.language as tl

from core.silhouette.cuda.cells import enter_image, enter_pixel, leave_pixel

#: What one pixel's area is counted as. Eight million pieces of contour fit into one pixel without overflow.
UNIT = tl.constexpr(float(1 << 40))


@triton.jit
def turns_counted_way(vertices, corners, edges, edge_count, live):  # type: ignore[no-untyped-def]
    """Whether the face of each edge whose corners these are runs the counted way round."""
    a = tl.load(corners + edges, live, other=0)
    b = tl.load(corners + edge_count + edges, live, other=0)
    c = tl.load(corners + 2 * edge_count + edges, live, other=0)
    x, y = tl.load(vertices + 2 * a, live, other=0.0), tl.load(vertices + 2 * a + 1, live, other=0.0)
    bx, by = tl.load(vertices + 2 * b, live, other=0.0), tl.load(vertices + 2 * b + 1, live, other=0.0)
    cx, cy = tl.load(vertices + 2 * c, live, other=0.0), tl.load(vertices + 2 * c + 1, live, other=0.0)
    return (bx - x) * (cy - y) - (cx - x) * (by - y) > 0


@triton.jit
def load_edge(vertices, ends, edges, edge_count, turn, live):  # type: ignore[no-untyped-def]
    """Start and extent of each edge, directed so that the counted side is on its left; float64."""
    first = tl.load(ends + edges, live, other=0)
    second = tl.load(ends + edge_count + edges, live, other=0)
    tail, head = tl.where(turn > 0, first, second), tl.where(turn > 0, second, first)
    x = tl.load(vertices + 2 * tail, live, other=0.0).to(tl.float64)
    y = tl.load(vertices + 2 * tail + 1, live, other=0.0).to(tl.float64)
    dx = tl.load(vertices + 2 * head, live, other=0.0).to(tl.float64) - x
    dy = tl.load(vertices + 2 * head + 1, live, other=0.0).to(tl.float64) - y
    return x, y, dx, dy


@triton.jit
def sum_areas(  # type: ignore[no-untyped-def]
    vertices,
    placeable,
    ends,
    corners,
    turns,
    areas,
    vertex_count,
    edge_count,
    height,
    width,
    BLOCK: tl.constexpr,
):
    """Find the contour, and add the area under each piece to the pixels, as differences between rows.

    One program does ``BLOCK`` edges of one image.

    Args:
        vertices: pixels, [B, V, 2].
        placeable: whether all vertices of an image can be placed, [B] int8.
        ends: [2, E].
        corners: [6, E].
        turns: output, 0 off the contour, 1 or -1 for the direction on it, [B, E] int8.
        areas: output, zero before, [B, height, width] int64.
        vertex_count: V.
        edge_count: E.
        height: pixels.
        width: pixels.
        BLOCK: edges a program.
    """
    image = tl.program_id(0).to(tl.int64)
    edges = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    live = (edges < edge_count) & (tl.load(placeable + image) > 0)
    vertices += image * vertex_count * 2
    areas += image * height * width
    first = turns_counted_way(vertices, corners, edges, edge_count, live)
    second = turns_counted_way(vertices, corners + 3 * edge_count, edges, edge_count, live)
    turn = first.to(tl.int8) - second.to(tl.int8)
    tl.store(turns + image * edge_count + edges, turn, edges < edge_count)
    live = live & (turn != 0)
    x, y, dx, dy = load_edge(vertices, ends, edges, edge_count, turn, live)
    start, end, row, column, live = enter_image(x, y, dx, dy, height, width, live)
    while tl.max(live.to(tl.int32), axis=0) > 0:
        stop, sideways = leave_pixel(x, y, dx, dy, end, row, column)
        piece = live & (stop > start)
        advance = dx * (stop - start)
        depth = tl.minimum(tl.maximum(y + dy * 0.5 * (start + stop) - row, 0.0), 1.0)
        depth = tl.where(row < 0, 1.0, depth)  # all of what is above the image lies on its first row
        whole = tl.floor(advance * UNIT + 0.5).to(tl.int64)
        below = tl.floor(advance * depth * UNIT + 0.5).to(tl.int64)
        pixel = areas + row * width + column
        tl.atomic_add(pixel, whole - below, piece & (row >= 0), sem="relaxed")
        tl.atomic_add(pixel + width, below, piece & (row + 1 < height), sem="relaxed")
        start = tl.where(piece, stop, start)
        live = live & (stop < end)
        row, column = enter_pixel(dx, dy, row, column, sideways, live)
        live = live & (column >= 0) & (column < width) & (row < height)


@triton.jit
def wind_columns(areas, coverage, height, width, ROWS: tl.constexpr, COLUMNS: tl.constexpr):  # type: ignore[no-untyped-def]
    """Sum the areas down the columns, and clamp.

    One program does ``COLUMNS`` columns of one image.

    Args:
        areas: what :func:`sum_areas` gave, [B, height, width] int64.
        coverage: output, [B, height, width].
        height: pixels.
        width: pixels.
        ROWS: rows at a time.
        COLUMNS: columns a program.
    """
    image = tl.program_id(0).to(tl.int64)
    columns = tl.program_id(1) * COLUMNS + tl.arange(0, COLUMNS)[None, :]
    carried = tl.zeros((1, COLUMNS), tl.int64)
    for top in range(0, height, ROWS):
        rows = top + tl.arange(0, ROWS)[:, None]
        inside = (rows < height) & (columns < width)
        pixel = image * height * width + rows * width + columns
        area = tl.load(areas + pixel, inside, other=0)
        winding = (tl.cumsum(area, axis=0) + carried).to(tl.float64) / UNIT
        carried += tl.sum(area, axis=0, keep_dims=True)
        tl.store(coverage + pixel, tl.minimum(tl.maximum(winding, 0.0), 1.0), inside)


@triton.jit
def compare_columns(  # type: ignore[no-untyped-def]
    areas,
    masks,
    pixel_weights,
    gradient,
    errors,
    height,
    width,
    WEIGHTED: tl.constexpr,
    ROWS: tl.constexpr,
    COLUMNS: tl.constexpr,
):
    """As :func:`wind_columns`, but compare the coverage with a mask at once.

    Args:
        areas: what :func:`sum_areas` gave, [B, height, width] int64.
        masks: wanted coverage, [B, height, width].
        pixel_weights: factors of the squares, [B, height, width]; not read unless ``WEIGHTED``.
        gradient: output, derivative of the mean squared difference by each pixel's winding number: zero in
            pixels that are full, [B, height, width].
        errors: output, sum of the squares over the program's columns, [B, programs] float64.
        height: pixels.
        width: pixels.
        WEIGHTED: whether the pixels have weights.
        ROWS: rows at a time.
        COLUMNS: columns a program.
    """
    image = tl.program_id(0).to(tl.int64)
    columns = tl.program_id(1) * COLUMNS + tl.arange(0, COLUMNS)[None, :]
    carried = tl.zeros((1, COLUMNS), tl.int64)
    total = tl.zeros((1, COLUMNS), tl.float64)
    scale = 2.0 / (height * width).to(tl.float64)
    for top in range(0, height, ROWS):
        rows = top + tl.arange(0, ROWS)[:, None]
        inside = (rows < height) & (columns < width)
        pixel = image * height * width + rows * width + columns
        area = tl.load(areas + pixel, inside, other=0)
        winding = (tl.cumsum(area, axis=0) + carried).to(tl.float64) / UNIT
        carried += tl.sum(area, axis=0, keep_dims=True)
        mask = tl.load(masks + pixel, inside, other=0.0).to(tl.float64)
        difference = tl.where(inside, tl.minimum(tl.maximum(winding, 0.0), 1.0) - mask, 0.0)
        pull = difference
        if WEIGHTED:
            pull = difference * tl.load(pixel_weights + pixel, inside, other=0.0).to(tl.float64)
        total += tl.sum(pull * difference, axis=0, keep_dims=True)
        tl.store(gradient + pixel, tl.where(winding < 1, scale * pull, 0.0), inside)
    tl.store(errors + image * tl.num_programs(1) + tl.program_id(1), tl.sum(total))


@triton.jit
def gather_gradient(  # type: ignore[no-untyped-def]
    vertices,
    ends,
    incident,
    turns,
    gradient,
    grad_vertices,
    vertex_count,
    linked_count,
    edge_count,
    most,
    height,
    width,
    BLOCK: tl.constexpr,
):
    """What moving each vertex does to the pixels along the contour edges that meet in it.

    One program does ``BLOCK`` vertices of one image; each lane walks the edges of its vertex in turn.

    Args:
        vertices: pixels, [B, V, 2].
        ends: [2, E].
        incident: [most, linked_count].
        turns: what :func:`sum_areas` gave, [B, E].
        gradient: by each pixel's winding number, [B, height, width].
        grad_vertices: output, [B, V, 2].
        vertex_count: V.
        linked_count: how many vertices the mesh's faces presuppose, V or less.
        edge_count: E.
        most: edges that meet in one vertex.
        height: pixels.
        width: pixels.
        BLOCK: vertices a program.
    """
    image = tl.program_id(0).to(tl.int64)
    vertex = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    vertices += image * vertex_count * 2
    gradient += image * height * width
    by_x = tl.zeros((BLOCK,), tl.float64)
    by_y = tl.zeros((BLOCK,), tl.float64)
    for number in range(0, most):
        link = tl.load(incident + number * linked_count + vertex, vertex < linked_count, other=-1)
        edges = link // 2
        turn = tl.load(turns + image * edge_count + edges, link >= 0, other=0)
        x, y, dx, dy = load_edge(vertices, ends, edges, edge_count, turn, turn != 0)
        start, end, row, column, live = enter_image(x, y, dx, dy, height, width, turn != 0)
        at_start = tl.zeros((BLOCK,), tl.float64)
        at_end = tl.zeros((BLOCK,), tl.float64)
        while tl.max(live.to(tl.int32), axis=0) > 0:
            stop, sideways = leave_pixel(x, y, dx, dy, end, row, column)
            piece = live & (stop > start)
            pull = tl.load(gradient + row * width + column, piece & (row >= 0), other=0.0).to(tl.float64)
            towards_end = 0.5 * (stop * stop - start * start)
            at_end += pull * tl.where(piece, towards_end, 0.0)
            at_start += pull * tl.where(piece, stop - start - towards_end, 0.0)
            start = tl.where(piece, stop, start)
            live = live & (stop < end)
            row, column = enter_pixel(dx, dy, row, column, sideways, live)
            live = live & (column >= 0) & (column < width) & (row < height)
        own = tl.where((link % 2 == 0) == (turn > 0), at_start, at_end)
        by_x += tl.where(turn != 0, own * dy, 0.0)
        by_y -= tl.where(turn != 0, own * dx, 0.0)
    target = grad_vertices + (image * vertex_count + vertex) * 2
    tl.store(target, by_x, vertex < vertex_count)
    tl.store(target + 1, by_y, vertex < vertex_count)
