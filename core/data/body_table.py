"""Bodies as a file holds them, row by row, before they are matched with a data set's frames."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from core.errors import DatasetError
from core.types import BETAS, BODY_JOINTS, BodyParameters, BoolArray, FloatArray, FrameKey, InstantKey

POSE = 3 * BODY_JOINTS


@dataclass(frozen=True, eq=False)
class BodyTable:
    """N bodies of a file.

    Attributes:
        path: of the file.
        parameters: N bodies; ``transl`` is NaN where the method has no metric one.
        present: for which rows there is a body, (N,).
        names: the frame, or the instant seen by all cameras, that each row is of; None where the file
            names none and the order of the rows is all there is.
        in_world: whether the bodies stand in the world's frame rather than their camera's.
    """

    path: Path
    parameters: BodyParameters
    present: BoolArray
    names: Sequence[FrameKey | InstantKey] | None
    in_world: bool = False

    def __len__(self) -> int:
        return len(self.present)


def make_table(
    path: Path,
    *,
    pose: NDArray[Any],
    betas: NDArray[Any],
    names: Sequence[FrameKey | InstantKey] | None,
    present: BoolArray | None = None,
    transl: NDArray[Any] | None = None,
    in_world: bool = False,
) -> BodyTable:
    """A table of axis-angle poses (N, 72), the global orientation first, and betas (N, 10), checked.

    Raises:
        DatasetError: the numbers of rows differ, or a number is not finite.
    """
    rows = len(pose)
    counts = {"pose": rows, "betas": len(betas)}
    counts |= {} if names is None else {"frame names": len(names)}
    if len(set(counts.values())) > 1:
        told = ", ".join(f"{name} has {count}" for name, count in counts.items())
        raise DatasetError(f"{path}: rows of its arrays differ: {told}")
    present = np.ones(rows, bool) if present is None else present
    for what, values in (("pose", pose), ("betas", betas)):
        bad = np.flatnonzero(~np.isfinite(values).all(axis=1) & present)
        if len(bad):
            which = "" if names is None else f" ({names[bad[0]]})"
            raise DatasetError(
                f"{path}: {what} of row {bad[0]}{which} is not finite, and of {len(bad) - 1} more; "
                "leave such bodies out with has_smpl 0 and zeros"
            )
    placed = np.full((rows, 3), np.nan, np.float32) if transl is None else transl.astype(np.float32)
    pose, betas = pose.astype(np.float32), betas.astype(np.float32)
    return BodyTable(path, BodyParameters(pose[:, :3], pose[:, 3:], betas, placed), present, names, in_world)


def take_floats(path: Path, arrays: dict[str, Any], name: str, row_shape: tuple[int, ...]) -> NDArray[Any]:
    """An array of floats with rows of one shape, flattened to (N, …).

    Raises:
        DatasetError: it is missing or something else.
    """
    expected = f"floats (N, {', '.join(map(str, row_shape))})"
    if name not in arrays:
        raise DatasetError(f"{path}: has no {name}; expected {expected}")
    values = np.asarray(arrays[name])
    if values.shape[1:] != row_shape or values.dtype.kind != "f":
        raise DatasetError(f"{path}: {name} has shape {values.shape} of {values.dtype}; expected {expected}")
    return values.reshape(len(values), -1)


def take_betas(path: Path, arrays: dict[str, Any], name: str) -> NDArray[Any]:
    """Betas, (N, 10); one row for all bodies counts for each of them later."""
    return take_floats(path, arrays, name, (BETAS,))


def matrices_to_pose(path: Path, matrices: NDArray[Any]) -> FloatArray:
    """Rotation matrices (N, 24, 3, 3) -> axis-angle (N, 72).

    Raises:
        DatasetError: they are no rotations.
    """
    identity = matrices @ np.swapaxes(matrices, -1, -2)
    if not np.abs(identity - np.eye(3)).max(initial=0) < 1e-2:
        row = int(np.abs(identity - np.eye(3)).max(axis=(1, 2, 3)).argmax())
        raise DatasetError(f"{path}: the matrices of row {row} are no rotations")
    return Rotation.from_matrix(matrices.reshape(-1, 3, 3)).as_rotvec().reshape(len(matrices), POSE)
