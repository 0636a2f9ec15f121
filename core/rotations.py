"""Rotations in the forms that bodies are stored and optimised in, by way of RoMa.

6D rotations are the first two columns of the matrix, (…, 6) with the first column first, made
orthonormal by Gram-Schmidt (Zhou et al., "On the Continuity of Rotation Representations in Neural
Networks", CVPR 2019), as in SPIN and the paper's released code.
"""

from __future__ import annotations

import roma
from torch import Tensor


def axis_angle_to_matrix(axis_angle: Tensor) -> Tensor:
    """(…, 3) radians -> (…, 3, 3)."""
    return roma.rotvec_to_rotmat(axis_angle)


def matrix_to_axis_angle(matrix: Tensor) -> Tensor:
    """(…, 3, 3) -> (…, 3) radians, of the smallest angle."""
    return roma.rotmat_to_rotvec(matrix)


def sixd_to_matrix(sixd: Tensor) -> Tensor:
    """6D (…, 6), not necessarily orthonormal -> matrices (…, 3, 3)."""
    return roma.special_gramschmidt(sixd.unflatten(-1, (2, 3)).transpose(-1, -2))


def matrix_to_sixd(matrix: Tensor) -> Tensor:
    """Matrices (…, 3, 3) -> 6D (…, 6)."""
    return matrix[..., :2].transpose(-1, -2).flatten(-2)
