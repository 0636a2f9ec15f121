"""Rotations survive every form that they are stored in."""

from __future__ import annotations

import torch

from core.rotations import axis_angle_to_matrix, matrix_to_axis_angle, matrix_to_sixd, sixd_to_matrix

ANGLES = torch.randn(4, 24, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(0))


def test_forms_are_inverse() -> None:
    matrix = axis_angle_to_matrix(ANGLES)
    torch.testing.assert_close(sixd_to_matrix(matrix_to_sixd(matrix)), matrix)
    torch.testing.assert_close(axis_angle_to_matrix(matrix_to_axis_angle(matrix)), matrix)


def test_sixd_holds_the_first_column_first() -> None:
    matrix = axis_angle_to_matrix(ANGLES)
    torch.testing.assert_close(matrix_to_sixd(matrix)[..., :3], matrix[..., :, 0])


def test_any_six_numbers_give_a_rotation() -> None:
    matrix = sixd_to_matrix(torch.randn(50, 6, dtype=torch.float64))
    torch.testing.assert_close(matrix @ matrix.mT, torch.eye(3, dtype=torch.float64).expand(50, 3, 3))
    torch.testing.assert_close(torch.linalg.det(matrix), torch.ones(50, dtype=torch.float64))
