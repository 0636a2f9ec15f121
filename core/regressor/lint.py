"""What a regressor file is, before anybody uses it: order, normalisation, support, topology."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.body.files import load_body
from core.body.surface_distance import measure_surface_distance
from core.errors import RegressorError
from core.joints import H36M_17, LEFT_FIRST_TO_RIGHT_FIRST, JointSet
from core.regressor.files import needs_normalising, normalise_rows, read_matrix
from core.regressor.order import (
    Order,
    find_exchanged_rows,
    find_order_on_body,
    guess_order_by_numbering,
    to_right_first,
)
from core.regressor.places import measure_misplacement
from core.resources import resource_path
from core.types import FloatArray

if TYPE_CHECKING:
    from core.body.model import BodyModel


#: A joint that one vertex alone decides follows that vertex's soft tissue; the paper's right elbow has 0.967.
_MOST_ON_ONE_VERTEX = 0.9


def lint_regressor(
    path: Path | str, body: BodyModel | None = None, joint_set: JointSet = H36M_17
) -> dict[str, Any]:
    """Look a regressor file over.

    Args:
        path: ``.npy``, ``.npz``, ``.safetensors`` or ``.pt``.
        body: whose mesh it is for; without it the order is told on the shipped demo body if it fits
            that, or by SMPL's vertex numbering, which tells arms and legs alone.
        joint_set: whose joints the rows are.

    Returns:
        ``joint_set``, ``order`` (``left-first``, ``right-first``, ``as-named`` or None where it cannot be
        told), ``order_told_by``, ``positive_weights``, ``negative_weights``, ``row_sums``,
        ``needs_normalising``, ``vertices``, ``support`` (vertices a row), ``heaviest`` (the largest weight
        of each normalised row), ``topology`` (None where the file does not say), ``joints``, ``problems``
        (sentences: why nobody should use it as it is) and ``warnings``. ``joints`` has one entry a row where
        the mesh is at hand, in the set's order: ``joint``, ``to_place_mm`` from where the joint lies in the
        anatomy, ``to_surface_mm`` from the surface at rest.

    Raises:
        RegressorError: the file is unreadable, or no matrix (J, V).
        UntrustedFileError: it holds pickled objects.
    """
    matrix, header = read_matrix(path, joint_set)
    weights = normalise_rows(matrix, path)
    order, told_by, mesh, problems = _find_order(weights, body, joint_set)
    topology = None if header is None else header["topology"]
    if body is not None and topology not in (None, body.topology):
        problems.append(f"belongs to mesh topology {topology}; the body {body.name} has {body.topology}")
    joints = [] if mesh is None or order is None else _place_joints(weights, order, mesh, joint_set)
    heaviest = weights.max(axis=1)
    warnings = [
        f"{_name_row(row, order, joint_set)} hangs by one vertex, with {heaviest[row]:.2f} of its weight"
        for row in np.flatnonzero(heaviest > _MOST_ON_ONE_VERTEX).tolist()
    ]
    return {
        "file": str(path),
        "joint_set": joint_set.name,
        "order": order,
        "order_told_by": told_by,
        "positive_weights": int((matrix > 0).sum()),
        "negative_weights": int((matrix < 0).sum()),
        "row_sums": matrix.sum(axis=1).tolist(),
        "needs_normalising": needs_normalising(matrix),
        "vertices": matrix.shape[1],
        "support": (weights > 0).sum(axis=1).tolist(),
        "heaviest": heaviest.tolist(),
        "topology": topology,
        "joints": joints,
        "problems": problems,
        "warnings": warnings,
    }


def _find_order(
    weights: FloatArray, body: BodyModel | None, joint_set: JointSet
) -> tuple[Order | None, str | None, BodyModel | None, list[str]]:
    """Order, what told it, the mesh that the rows belong to, and complaints."""
    if body is None:
        demo_body = load_body(resource_path("demo_body.npz"))
        on_demo_body = _find_order(weights, demo_body, joint_set)
        if on_demo_body[0] is not None or (
            weights.shape[1] == demo_body.vertex_count
            and find_exchanged_rows(weights, demo_body, joint_set) is not None
        ):
            return on_demo_body
        guessed = guess_order_by_numbering(weights) if joint_set == H36M_17 else None
        if guessed is not None:
            return guessed, "SMPL's vertex numbering, of arms and legs alone; a body tells all rows", None, []
        return None, None, None, ["left and right cannot be told without its mesh; give the body file"]
    if weights.shape[1] != body.vertex_count:
        problem = f"is for {weights.shape[1]} vertices; the body {body.name} has {body.vertex_count}"
        return None, None, None, [problem]
    try:
        order = find_order_on_body(weights, body, joint_set)
    except RegressorError as error:
        return None, None, None, [str(error)]
    return order, f"the rest mesh of {body.name}", body, []


def _place_joints(
    weights: FloatArray, order: Order, body: BodyModel, joint_set: JointSet
) -> list[dict[str, Any]]:
    vertices = body.v_template.astype(np.float64)
    joints = to_right_first(weights, order) @ vertices
    to_place = 1000 * measure_misplacement(joints, body, joint_set)
    to_surface = 1000 * measure_surface_distance(joints, vertices, body.faces)
    return [
        {"joint": name, "to_place_mm": float(place), "to_surface_mm": float(surface)}
        for name, place, surface in zip(joint_set.names, to_place, to_surface)
    ]


def _name_row(row: int, order: Order | None, joint_set: JointSet) -> str:
    """The joint of a file's row; its own inverse, the leg order needs no other direction."""
    return joint_set.names[LEFT_FIRST_TO_RIGHT_FIRST[row] if order == "left-first" else row]
