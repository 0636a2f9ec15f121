"""Triton kernels of skinning, forward and backward; the maths of :mod:`core.body.kernels`.

Nothing is added to one place by two programs, so that the same inputs give the same bits. Notation as there:
``turns`` and ``places`` are rotation and position of each joint in the body's frame, ``affine`` the map from
rest to posed space, one 3x4 matrix a joint, row by row.
"""

from __future__ import annotations

import triton
import triton.language as tl


@triton.jit
def chain_joints(  # type: ignore[no-untyped-def]
    rotations, rest, parents, turns, places, bodies, JOINTS: tl.constexpr, BLOCK: tl.constexpr
):
    """Walk down the kinematic tree; each lane carries one row of one body's matrices.

    Args:
        rotations: relative to the parent, [B, J, 3, 3].
        rest: rest joints, [B, J, 3].
        parents: -1 at the root, otherwise of lower index, [J].
        turns: output, [B, J, 3, 3].
        places: output, [B, J, 3].
        bodies: B.
        JOINTS: J.
        BLOCK: lanes a program.
    """
    lane = tl.program_id(0).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
    live = lane < 3 * bodies
    row, body = lane % 3, lane // 3
    for joint in range(0, JOINTS):
        parent = tl.load(parents + joint)
        here = body * JOINTS + joint
        above = body * JOINTS + tl.maximum(parent, 0)
        below = live & (parent >= 0)
        turn = turns + 9 * above + 3 * row
        first = tl.load(turn, below, other=0.0) + tl.where(below | (row != 0), 0.0, 1.0)
        second = tl.load(turn + 1, below, other=0.0) + tl.where(below | (row != 1), 0.0, 1.0)
        third = tl.load(turn + 2, below, other=0.0) + tl.where(below | (row != 2), 0.0, 1.0)
        own, upper = rest + 3 * here, rest + 3 * above
        place = tl.load(places + 3 * above + row, below, other=0.0)
        place += first * (tl.load(own, live, other=0.0) - tl.load(upper, below, other=0.0))
        place += second * (tl.load(own + 1, live, other=0.0) - tl.load(upper + 1, below, other=0.0))
        place += third * (tl.load(own + 2, live, other=0.0) - tl.load(upper + 2, below, other=0.0))
        tl.store(places + 3 * here + row, place, live)
        for column in tl.static_range(3):
            rotation = rotations + 9 * here + column
            turned = first * tl.load(rotation, live, other=0.0)
            turned += second * tl.load(rotation + 3, live, other=0.0)
            turned += third * tl.load(rotation + 6, live, other=0.0)
            tl.store(turns + 9 * here + 3 * row + column, turned, live)
        tl.debug_barrier()  # the children read what was written


@triton.jit
def chain_joints_backward(  # type: ignore[no-untyped-def]
    rotations, rest, parents, grad_turns, grad_places, bodies, JOINTS: tl.constexpr, BLOCK: tl.constexpr
):
    """Walk up the tree and add to each joint's gradients what its children carry; lanes as on the way down.

    Args:
        rotations: as there.
        rest: as there.
        parents: as there.
        grad_turns: of each joint for itself, changed in place, [B, J, 3, 3].
        grad_places: the same, [B, J, 3].
        bodies: B.
        JOINTS: J.
        BLOCK: lanes a program.
    """
    lane = tl.program_id(0).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
    row, body = lane % 3, lane // 3
    for number in range(1, JOINTS):
        joint = JOINTS - number
        here, above = body * JOINTS + joint, body * JOINTS + tl.load(parents + joint)
        live = lane < 3 * bodies
        own = grad_turns + 9 * here + 3 * row
        first = tl.load(own, live, other=0.0)
        second = tl.load(own + 1, live, other=0.0)
        third = tl.load(own + 2, live, other=0.0)
        by_place = tl.load(grad_places + 3 * here + row, live, other=0.0)
        target = grad_places + 3 * above + row
        tl.store(target, tl.load(target, live, other=0.0) + by_place, live)
        for column in tl.static_range(3):
            rotation = rotations + 9 * here + 3 * column
            offset = tl.load(rest + 3 * here + column, live, other=0.0)
            offset -= tl.load(rest + 3 * above + column, live, other=0.0)
            carried = first * tl.load(rotation, live, other=0.0)
            carried += second * tl.load(rotation + 1, live, other=0.0)
            carried += third * tl.load(rotation + 2, live, other=0.0)
            target = grad_turns + 9 * above + 3 * row + column
            tl.store(target, tl.load(target, live, other=0.0) + carried + by_place * offset, live)
        tl.debug_barrier()


@triton.jit
def skin_vertices(  # type: ignore[no-untyped-def]
    unposed, affine, joints, weights, transl, vertices, count, most, JOINTS: tl.constexpr, BLOCK: tl.constexpr
):
    """Linear blend skinning; one program does ``BLOCK`` vertices of one body.

    Args:
        unposed: vertices with blend shapes, [B, V, 3].
        affine: [B, J, 12].
        joints: joints that move each vertex, [most, V].
        weights: theirs, [most, V].
        transl: [B, 3].
        vertices: output, [B, V, 3].
        count: V.
        most: joints a vertex.
        JOINTS: J.
        BLOCK: vertices a program.
    """
    body = tl.program_id(0).to(tl.int64)
    vertex = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    live = vertex < count
    source = unposed + 3 * (body * count + vertex)
    x = tl.load(source, live, other=0.0)
    y = tl.load(source + 1, live, other=0.0)
    z = tl.load(source + 2, live, other=0.0)
    for row in tl.static_range(3):
        moved = tl.zeros_like(x) + tl.load(transl + 3 * body + row)
        for number in range(0, most):
            joint = tl.load(joints + number * count + vertex, live, other=0)
            weight = tl.load(weights + number * count + vertex, live, other=0.0)
            entry = affine + (body * JOINTS + joint) * 12 + 4 * row
            turned = tl.load(entry) * x + tl.load(entry + 1) * y + tl.load(entry + 2) * z
            moved += weight * (turned + tl.load(entry + 3))
        tl.store(vertices + 3 * (body * count + vertex) + row, moved, live)


@triton.jit
def skin_vertices_backward(  # type: ignore[no-untyped-def]
    affine,
    joints,
    weights,
    grad_vertices,
    grad_unposed,
    count,
    most,
    JOINTS: tl.constexpr,
    BLOCK: tl.constexpr,
):
    """Gradient of the unposed vertices; one program does ``BLOCK`` vertices of one body.

    Args:
        affine: as in :func:`skin_vertices`.
        joints: as there.
        weights: as there.
        grad_vertices: [B, V, 3].
        grad_unposed: output, [B, V, 3].
        count: V.
        most: joints a vertex.
        JOINTS: J.
        BLOCK: vertices a program.
    """
    body = tl.program_id(0).to(tl.int64)
    vertex = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    live = vertex < count
    source = grad_vertices + 3 * (body * count + vertex)
    by_x = tl.load(source, live, other=0.0)
    by_y = tl.load(source + 1, live, other=0.0)
    by_z = tl.load(source + 2, live, other=0.0)
    for column in tl.static_range(3):
        total = tl.zeros_like(by_x)
        for number in range(0, most):
            joint = tl.load(joints + number * count + vertex, live, other=0)
            weight = tl.load(weights + number * count + vertex, live, other=0.0)
            entry = affine + (body * JOINTS + joint) * 12 + column
            total += weight * (tl.load(entry) * by_x + tl.load(entry + 4) * by_y + tl.load(entry + 8) * by_z)
        tl.store(grad_unposed + 3 * (body * count + vertex) + column, total, live)


@triton.jit
def gather_affine(  # type: ignore[no-untyped-def]
    unposed,
    members,
    shares,
    starts,
    grad_vertices,
    grad_affine,
    count,
    JOINTS: tl.constexpr,
    BLOCK: tl.constexpr,
):
    """Gradient of one row of one joint's map, summed by one program over the vertices that it moves.

    Args:
        unposed: vertices with blend shapes, [B, V, 3].
        members: the vertices that each joint moves, joint after joint, [N].
        shares: the joint's weight at each of them, [N].
        starts: where each joint's members begin, and the end, [J + 1].
        grad_vertices: [B, V, 3].
        grad_affine: output, [B, J, 12].
        count: V.
        JOINTS: J.
        BLOCK: vertices at a time.
    """
    body = tl.program_id(0).to(tl.int64)
    joint, row = tl.program_id(1) // 3, tl.program_id(1) % 3
    unposed += 3 * body * count
    grad_vertices += 3 * body * count + row
    by_x = tl.zeros((BLOCK,), unposed.dtype.element_ty)
    by_y = tl.zeros((BLOCK,), unposed.dtype.element_ty)
    by_z = tl.zeros((BLOCK,), unposed.dtype.element_ty)
    by_shift = tl.zeros((BLOCK,), unposed.dtype.element_ty)
    stop = tl.load(starts + joint + 1)
    for first in range(tl.load(starts + joint), stop, BLOCK):
        member = first + tl.arange(0, BLOCK)
        vertex = tl.load(members + member, member < stop, other=0)
        share = tl.load(shares + member, member < stop, other=0.0)
        pull = share * tl.load(grad_vertices + 3 * vertex)
        by_x += pull * tl.load(unposed + 3 * vertex)
        by_y += pull * tl.load(unposed + 3 * vertex + 1)
        by_z += pull * tl.load(unposed + 3 * vertex + 2)
        by_shift += pull
    target = grad_affine + (body * JOINTS + joint) * 12 + 4 * row
    tl.store(target, tl.sum(by_x))
    tl.store(target + 1, tl.sum(by_y))
    tl.store(target + 2, tl.sum(by_z))
    tl.store(target + 3, tl.sum(by_shift))
