"""The template and its ten shape directions: principal components of a population in T-pose."""

from __future__ import annotations

import numpy as np

from core.types import BETAS, FloatArray


def fit_shape_space(population: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Mean and scaled principal components, so that betas are in standard deviations as SMPL's are.

    Args:
        population: vertices of each person, (N, V, 3).

    Returns:
        Template (V, 3) and shape directions (V, 3, 10); a positive coefficient makes the body taller.
    """
    template = population.mean(axis=0)
    flat = (population - template).reshape(len(population), -1)
    _, singular, components = np.linalg.svd(flat, full_matrices=False)
    deviations = singular[:BETAS] / np.sqrt(len(population) - 1)
    directions = (components[:BETAS] * deviations[:, None]).T.reshape(-1, 3, BETAS)
    above = np.sign(template[:, 1] - template[:, 1].mean())
    growth = (directions[:, 1] * above[:, None]).mean(axis=0)
    return template, directions * np.where(growth < 0, -1.0, 1.0)
