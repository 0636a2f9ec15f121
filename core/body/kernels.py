"""Compiled kernels of skinning, for any float type: forward, and the derivative written by hand.

They are serial, release the interpreter lock, and work on rows ``start`` to ``stop`` of their batch, so that
:func:`core.parallel.map_chunks` can share a batch among threads. Compiled code is cached beside this file, or
in the user's cache folder where this one is read-only.

Notation: ``turns`` and ``places`` are rotation and position of each joint in the body's frame; ``affine`` is
the map from rest to posed space, one 3x4 matrix a joint, row by row: ``v -> turn (v - rest) + place``.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from core.types import FloatArray

# All of fast-math but the promise that there are no NaN and infinities: bad input must come out as NaN.
_FASTMATH = {"nsz", "arcp", "contract", "afn", "reassoc"}


@njit(nogil=True, cache=True, fastmath=_FASTMATH)
def rotate_by_axis_angle(axis_angle: FloatArray, rotations: FloatArray) -> None:
    """Rodrigues' formula, (N, 3) radians into (N, 3, 3)."""
    for n in range(axis_angle.shape[0]):
        x, y, z = axis_angle[n, 0], axis_angle[n, 1], axis_angle[n, 2]
        square = x * x + y * y + z * z
        if square < 1e-8:
            sine, cosine = 1 - square / 6, 0.5 - square / 24
        else:
            angle = math.sqrt(square)
            sine, cosine = math.sin(angle) / angle, (1 - math.cos(angle)) / square
        R = rotations[n]
        R[0, 0] = 1 - cosine * (y * y + z * z)
        R[1, 1] = 1 - cosine * (x * x + z * z)
        R[2, 2] = 1 - cosine * (x * x + y * y)
        R[0, 1] = cosine * x * y - sine * z
        R[1, 0] = cosine * x * y + sine * z
        R[0, 2] = cosine * x * z + sine * y
        R[2, 0] = cosine * x * z - sine * y
        R[1, 2] = cosine * y * z - sine * x
        R[2, 1] = cosine * y * z + sine * x


@njit(nogil=True, cache=True, fastmath=_FASTMATH)
def chain_joints(start, stop, rotations, rest, parents, turns, places, affine):  # type: ignore[no-untyped-def]
    """Walk down the kinematic tree.

    Args:
        start, stop: rows of the batch.
        rotations: relative to the parent, (B, J, 3, 3).
        rest: rest joints, (B, J, 3).
        parents: (J,).
        turns: output, (B, J, 3, 3).
        places: output, (B, J, 3).
        affine: output, (B, J, 12).
    """
    for b in range(start, stop):
        for j in range(parents.shape[0]):
            p = parents[j]
            for r in range(3):
                if p < 0:
                    places[b, j, r] = rest[b, j, r]
                    for c in range(3):
                        turns[b, j, r, c] = rotations[b, j, r, c]
                else:
                    place = places[b, p, r]
                    for c in range(3):
                        place += turns[b, p, r, c] * (rest[b, j, c] - rest[b, p, c])
                        turns[b, j, r, c] = (
                            turns[b, p, r, 0] * rotations[b, j, 0, c]
                            + turns[b, p, r, 1] * rotations[b, j, 1, c]
                            + turns[b, p, r, 2] * rotations[b, j, 2, c]
                        )
                    places[b, j, r] = place
            for r in range(3):
                shift = places[b, j, r]
                for c in range(3):
                    affine[b, j, 4 * r + c] = turns[b, j, r, c]
                    shift -= turns[b, j, r, c] * rest[b, j, c]
                affine[b, j, 4 * r + 3] = shift


@njit(nogil=True, cache=True, fastmath=_FASTMATH)
def chain_joints_backward(  # type: ignore[no-untyped-def]
    start, stop, rotations, rest, parents, turns, grad_affine, grad_places, grad_rotations, grad_rest
):
    """Derivative of :func:`chain_joints`.

    Args:
        start, stop: rows of the batch.
        rotations: as there.
        rest: as there.
        parents: as there.
        turns: what it computed.
        grad_affine: (B, J, 12).
        grad_places: (B, J, 3).
        grad_rotations: output, (B, J, 3, 3).
        grad_rest: output, (B, J, 3).
    """
    joints = parents.shape[0]
    turn_grad = np.empty((joints, 3, 3), rotations.dtype)
    place_grad = np.empty((joints, 3), rotations.dtype)
    for b in range(start, stop):
        for j in range(joints):
            for c in range(3):
                grad_rest[b, j, c] = 0
            for r in range(3):
                shift_grad = grad_affine[b, j, 4 * r + 3]
                place_grad[j, r] = grad_places[b, j, r] + shift_grad
                for c in range(3):
                    turn_grad[j, r, c] = grad_affine[b, j, 4 * r + c] - shift_grad * rest[b, j, c]
                    grad_rest[b, j, c] -= shift_grad * turns[b, j, r, c]
        for j in range(joints - 1, -1, -1):
            p = parents[j]
            for r in range(3):
                if p < 0:
                    grad_rest[b, j, r] += place_grad[j, r]
                    for c in range(3):
                        grad_rotations[b, j, r, c] = turn_grad[j, r, c]
                    continue
                carried = (
                    turns[b, p, 0, r] * place_grad[j, 0]
                    + turns[b, p, 1, r] * place_grad[j, 1]
                    + turns[b, p, 2, r] * place_grad[j, 2]
                )
                grad_rest[b, j, r] += carried
                grad_rest[b, p, r] -= carried
                place_grad[p, r] += place_grad[j, r]
                for c in range(3):
                    grad_rotations[b, j, r, c] = (
                        turns[b, p, 0, r] * turn_grad[j, 0, c]
                        + turns[b, p, 1, r] * turn_grad[j, 1, c]
                        + turns[b, p, 2, r] * turn_grad[j, 2, c]
                    )
                    turn_grad[p, r, c] += (
                        turn_grad[j, r, 0] * rotations[b, j, c, 0]
                        + turn_grad[j, r, 1] * rotations[b, j, c, 1]
                        + turn_grad[j, r, 2] * rotations[b, j, c, 2]
                        + place_grad[j, r] * (rest[b, j, c] - rest[b, p, c])
                    )


@njit(nogil=True, cache=True, fastmath=_FASTMATH)
def skin_vertices(start, stop, unposed, affine, joints, weights, transl, vertices):  # type: ignore[no-untyped-def]
    """Linear blend skinning.

    Args:
        start, stop: rows of the batch.
        unposed: vertices with blend shapes, (B, V, 3).
        affine: (B, J, 12).
        joints: joints that move each vertex, the heaviest first, (V, K).
        weights: theirs; the first zero ends a row, (V, K).
        transl: (B, 3).
        vertices: output, (B, V, 3); may be ``unposed`` itself.
    """
    blend = np.empty(12, unposed.dtype)
    for b in range(start, stop):
        for v in range(unposed.shape[1]):
            _blend_affine(affine[b], joints[v], weights[v], blend)
            x, y, z = unposed[b, v, 0], unposed[b, v, 1], unposed[b, v, 2]
            for r in range(3):
                vertices[b, v, r] = (
                    blend[4 * r] * x
                    + blend[4 * r + 1] * y
                    + blend[4 * r + 2] * z
                    + (blend[4 * r + 3] + transl[b, r])
                )


@njit(nogil=True, cache=True, fastmath=_FASTMATH)
def skin_vertices_backward(  # type: ignore[no-untyped-def]
    start,
    stop,
    unposed,
    affine,
    joints,
    weights,
    grad_vertices,
    grad_unposed,
    grad_affine,
    grad_transl,
    moved,
):
    """Derivative of :func:`skin_vertices`; passes quickly over vertices whose gradient is zero.

    Args:
        start, stop: rows of the batch.
        unposed: as there.
        affine: as there.
        joints: as there.
        weights: as there.
        grad_vertices: (B, V, 3).
        grad_unposed: output, (B, V, 3).
        grad_affine: output, (B, J, 12).
        grad_transl: output, (B, 3).
        moved: output, how many vertices have a gradient, (B,).
    """
    blend = np.empty(12, unposed.dtype)
    outer = np.empty(12, unposed.dtype)
    for b in range(start, stop):
        grad_affine[b] = 0
        grad_transl[b] = 0
        count = 0
        for v in range(unposed.shape[1]):
            gx, gy, gz = grad_vertices[b, v, 0], grad_vertices[b, v, 1], grad_vertices[b, v, 2]
            if gx == 0 and gy == 0 and gz == 0:
                for c in range(3):
                    grad_unposed[b, v, c] = 0
                continue
            count += 1
            _blend_affine(affine[b], joints[v], weights[v], blend)
            for c in range(3):
                grad_unposed[b, v, c] = blend[c] * gx + blend[4 + c] * gy + blend[8 + c] * gz
            for r in range(3):
                g = grad_vertices[b, v, r]
                grad_transl[b, r] += g
                for c in range(3):
                    outer[4 * r + c] = g * unposed[b, v, c]
                outer[4 * r + 3] = g
            for k in range(joints.shape[1]):
                weight = weights[v, k]
                if weight == 0:
                    break
                target = grad_affine[b, joints[v, k]]
                for entry in range(12):
                    target[entry] += weight * outer[entry]
        moved[b] = count


@njit(nogil=True, cache=True, fastmath=_FASTMATH)
def gather_coefficients(grad_unposed, basis, grad_coefficients):  # type: ignore[no-untyped-def]
    """Derivative of the blend shapes by their coefficients, over vertices with a gradient only.

    Args:
        grad_unposed: (B, V, 3).
        basis: blend shapes, (3 V, P).
        grad_coefficients: output, (B, P).
    """
    for b in range(grad_unposed.shape[0]):
        total = grad_coefficients[b]
        total[:] = 0
        for v in range(grad_unposed.shape[1]):
            gx, gy, gz = grad_unposed[b, v, 0], grad_unposed[b, v, 1], grad_unposed[b, v, 2]
            if gx == 0 and gy == 0 and gz == 0:
                continue
            along_x, along_y, along_z = basis[3 * v], basis[3 * v + 1], basis[3 * v + 2]
            for p in range(total.shape[0]):
                total[p] += gx * along_x[p] + gy * along_y[p] + gz * along_z[p]


@njit(inline="always", fastmath=_FASTMATH)
def _blend_affine(affine, joints, weights, blend):  # type: ignore[no-untyped-def]
    """One vertex's 3x4 map, from its joints'."""
    weight, source = weights[0], affine[joints[0]]
    for entry in range(12):
        blend[entry] = weight * source[entry]
    for k in range(1, weights.shape[0]):
        weight = weights[k]
        if weight == 0:
            break
        source = affine[joints[k]]
        for entry in range(12):
            blend[entry] += weight * source[entry]
