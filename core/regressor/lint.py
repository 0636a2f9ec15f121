"""What a regressor file is, before anybody uses it: order, normalisation, support, topology."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.body.files import load_body
from core.errors import RegressorError
from core.regressor.files import needs_normalising, normalise_rows, read_matrix
from core.regressor.order import Order, find_order_on_body, guess_order_by_numbering
from core.resources import resource_path
from core.types import FloatArray

if TYPE_CHECKING:
    from core.body.model import BodyModel


def lint_regressor(path: Path | str, body: BodyModel | None = None) -> dict[str, Any]:
    """Look a regressor file over.

    Args:
        path: ``.npy``, ``.npz``, ``.safetensors`` or ``.pt``.
        body: whose mesh it is for; without it the order is told by SMPL's vertex numbering, or on
            the shipped demo body if it fits that.

    Returns:
        ``order`` (``left-first``, ``right-first`` or None where it cannot be told), ``order_told_by``,
        ``positive_weights``, ``negative_weights``, ``row_sums``, ``needs_normalising``, ``vertices``,
        ``support`` (vertices a row), ``topology`` (None where the file does not say) and ``problems``
        (sentences).

    Raises:
        RegressorError: the file is unreadable, or no matrix (17, V).
        UntrustedFileError: it holds pickled objects.
    """
    matrix, header = read_matrix(path)
    weights = normalise_rows(matrix, path)
    order, told_by, problems = _find_order(weights, body)
    topology = None if header is None else header["topology"]
    if body is not None and topology not in (None, body.topology):
        problems.append(f"belongs to mesh topology {topology}; the body {body.name} has {body.topology}")
    return {
        "file": str(path),
        "order": order,
        "order_told_by": told_by,
        "positive_weights": int((matrix > 0).sum()),
        "negative_weights": int((matrix < 0).sum()),
        "row_sums": matrix.sum(axis=1).tolist(),
        "needs_normalising": needs_normalising(matrix),
        "vertices": matrix.shape[1],
        "support": (weights > 0).sum(axis=1).tolist(),
        "topology": topology,
        "problems": problems,
    }


def _find_order(weights: FloatArray, body: BodyModel | None) -> tuple[Order | None, str | None, list[str]]:
    if body is None:
        guessed = guess_order_by_numbering(weights)
        if guessed is not None:
            return guessed, "SMPL's vertex numbering", []
        order, told_by, problems = _find_order(weights, load_body(resource_path("demo_body.npz")))
        if problems:
            problems = ["left and right cannot be told without its mesh; give the body file"]
        return order, told_by, problems
    if weights.shape[1] != body.vertex_count:
        return (
            None,
            None,
            [f"is for {weights.shape[1]} vertices; the body {body.name} has {body.vertex_count}"],
        )
    try:
        return find_order_on_body(weights, body), f"the rest mesh of {body.name}", []
    except RegressorError as error:
        return None, None, [str(error)]
