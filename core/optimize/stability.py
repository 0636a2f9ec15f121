"""How much a fitted regressor depends on each single subject, and so how far it can be trusted.

People differ in shape and in how their joints were labelled, and there are few of them: leaving each out in
turn shows it, and the jackknife (Efron and Stein, "The jackknife estimate of variance", 1981) makes a
standard error of it. A bootstrap over frames would call a regressor certain that five people agree on by
chance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.types import FloatArray


@dataclass(frozen=True)
class Stability:
    """What leaving subjects out does to a regressor's joints on the rest mesh, millimetres.

    Attributes:
        without_mm: subject -> mean distance of the joints from those of the fit to all subjects.
        standard_error_mm: (J,) of the joints' places, between subjects.
    """

    without_mm: dict[str, float]
    standard_error_mm: tuple[float, ...]


def measure_stability(
    whole: FloatArray, without: dict[str, FloatArray], rest_vertices: FloatArray
) -> Stability:
    """Compare the joints of regressors that were fitted without one subject each.

    Args:
        whole: (J, V) fitted to all subjects.
        without: subject -> (J, V) fitted to the others; two or more.
        rest_vertices: (V, 3) metres.
    """
    joints = np.stack([weights @ rest_vertices for weights in without.values()])  # [S, J, 3]
    distances = np.linalg.norm(joints - whole @ rest_vertices, axis=-1).mean(axis=1)
    count = len(joints)
    variance = (count - 1) / count * ((joints - joints.mean(axis=0)) ** 2).sum(axis=(0, 2))  # [J]
    return Stability(
        {name: round(1000 * float(distance), 3) for name, distance in zip(without, distances, strict=True)},
        tuple(round(1000 * float(error), 3) for error in np.sqrt(variance)),
    )
