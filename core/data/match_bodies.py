"""Put a file's bodies in the order of a data set's frames: by the frames' names, or by the rows' order.

A file that names its frames may hold more or fewer than the data set. One that does not is matched by the
order of its rows, and only if it has one a frame and the bodies then fit the labels. Names of subactions
differ between copies of Human3.6M (``Greeting`` and ``Greeting-1`` against ``Greeting-1`` and
``Greeting-2``); which is which is told by the labels too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from core.body.frames import bodies_to_camera
from core.data.body_table import BodyTable
from core.data.dataset import Estimates
from core.data.h36m_names import find_base_action
from core.data.plausibility import MatchTarget, Plausibility, measure_plausibility
from core.errors import DatasetError
from core.types import BodyParameters, FrameKey, InstantKey

_Sequence = tuple[str, str]
#: More sequences of one subject and action than these are matched by their names alone.
_MOST_ALIASES = 3


def match_bodies(table: BodyTable, target: MatchTarget) -> Estimates:
    """The bodies of a file, row by row of a data set.

    Raises:
        DatasetError: the file names no frame of the data set, or one twice; or it names none at all and has
            another number of rows, or bodies that do not fit the labels in that order.
    """
    if table.names is None:
        return _match_by_order(table, target)
    names = _resolve_sequences(table, target)
    estimates = match_by_name(replace(table, names=names), target.keys)
    if table.in_world:
        estimates = _see_from_cameras(estimates, target)
    rows = np.flatnonzero(estimates.present)
    fit = measure_plausibility(target, estimates.parameters[rows], rows)
    renamed = sorted(
        {
            f"{old.subject}/{old.action} is read as {new.action}"
            for old, new in zip(table.names, names)
            if old.action != new.action
        }
    )
    return replace(estimates, matching="; ".join([estimates.matching, *renamed, str(fit)]), fit=fit)


def match_by_name(table: BodyTable, keys: Sequence[FrameKey]) -> Estimates:
    """As :func:`match_bodies`, by the names as they stand and without a look at labels.

    Raises:
        DatasetError: the file names no frame of the data set, or one twice.
    """
    assert table.names is not None
    row_of: dict[FrameKey | InstantKey, int] = {}
    for row, name in enumerate(table.names):
        other = row_of.setdefault(name, row)
        if other != row:
            raise DatasetError(f"{table.path}: rows {other} and {row} both name {name}")
    by_instant = bool(table.names) and isinstance(table.names[0], InstantKey)
    found = [row_of.get(key.instant if by_instant else key, -1) for key in keys]
    rows = np.array(found, np.intp)
    there = rows >= 0
    if not there.any():
        raise DatasetError(
            f"{table.path}: none of its {len(table)} rows names a frame of the data set's {len(keys)}; its "
            f"first is {table.names[0] if table.names else 'none'}, the data set's {keys[0]}"
        )
    left_over = len(table) - len(np.unique(rows[there]))
    sentence = f"{int(there.sum())} of {len(keys)} frames are named in the file"
    if left_over:
        sentence += f", {left_over} of its {len(table)} rows are of other frames"
    return _arrange(table, rows, sentence)


def _match_by_order(table: BodyTable, target: MatchTarget) -> Estimates:
    frames = len(target.keys)
    if len(table) != frames:
        raise DatasetError(
            f"{table.path}: holds {len(table)} rows without frame names for the data set's {frames} frames; "
            "give the data set file that its rows follow, FILE@h36m_valid_protocol1.npz"
        )
    fits: dict[str, Plausibility] = {}
    for order, rows_of_file in _list_orders(target).items():
        rows = np.empty(frames, np.intp)
        rows[rows_of_file] = np.arange(frames)
        estimates = _arrange(table, rows, "")
        present = np.flatnonzero(estimates.present)
        fits[order] = measure_plausibility(target, estimates.parameters[present], present)
        if fits[order].holds:
            return replace(
                estimates,
                matching=f"matched by the order of its {frames} rows, {order}: {fits[order]}",
                fit=fits[order],
            )
    tried = "; ".join(f"{order}: {fit}" for order, fit in fits.items())
    raise DatasetError(
        f"{table.path}: names no frame, and its rows do not follow the data set's ({tried}); give the data "
        "set file that they follow, FILE@h36m_valid_protocol1.npz"
    )


def _list_orders(target: MatchTarget) -> dict[str, NDArray[np.intp]]:
    """Orders that a file's rows may have: for each of them the data set's row of every row of the file."""
    orders = {} if target.file_order is None else {"as in the data set's file": target.file_order}
    orders["as the project sorts its frames"] = np.arange(len(target.keys))

    def rank(row: int) -> tuple[int, str, str, str, int]:
        key = target.keys[row]
        return (len(key.subject), key.subject, key.action, key.camera, key.frame)

    orders["by subject number, action, camera and frame"] = np.array(
        sorted(range(len(target.keys)), key=rank), np.intp
    )
    return orders


def _arrange(table: BodyTable, rows: NDArray[np.intp], sentence: str) -> Estimates:
    """Row ``rows[i]`` of the file for frame i; none where that is negative."""
    there = rows >= 0
    source = np.where(there, rows, 0)
    parameters = table.parameters[source]
    arrays = {
        name: np.where(there[:, None], getattr(parameters, name), 0).astype(np.float32)
        for name in ("global_orient", "body_pose", "betas")
    }
    transl = np.where(there[:, None], parameters.transl, np.nan).astype(np.float32)
    return Estimates(BodyParameters(**arrays, transl=transl), table.present[source] & there, sentence)


def _see_from_cameras(estimates: Estimates, target: MatchTarget) -> Estimates:
    cameras = [target.cameras[key.subject, key.camera] for key in target.keys]
    R, t = np.stack([camera.R for camera in cameras]), np.stack([camera.t for camera in cameras])
    if not np.isfinite(R).all():
        raise DatasetError(
            "the estimates stand in the world's frame, and the data set does not tell where its cameras "
            "stand; add a cameras.json with R and t"
        )
    pelvis = target.body.rest_pelvis(estimates.parameters.betas)
    return replace(estimates, parameters=bodies_to_camera(estimates.parameters, pelvis, R, t))


def _resolve_sequences(table: BodyTable, target: MatchTarget) -> list[FrameKey | InstantKey]:
    """The file's names with the data set's words for its sequences."""
    names = list(table.names or ())
    ours = {(key.subject, key.action) for key in target.keys}
    theirs = {(name.subject, name.action) for name in names}
    aliases: dict[_Sequence, str] = {}
    groups = {(subject, find_base_action(action)) for subject, action in theirs - ours}
    for subject, base in sorted(groups):
        unknown = _list_actions(theirs - ours, subject, base)
        free = _list_actions(ours - theirs, subject, base)
        if not free or max(len(unknown), len(free)) > _MOST_ALIASES:
            continue
        chosen = _choose_assignment(table, target, names, subject, unknown, free)
        aliases |= {(subject, action): other for action, other in chosen.items()}
    return [replace(name, action=aliases.get((name.subject, name.action), name.action)) for name in names]


def _list_actions(sequences: set[_Sequence], subject: str, base: str) -> list[str]:
    return sorted(
        action for other, action in sequences if other == subject and find_base_action(action) == base
    )


def _choose_assignment(
    table: BodyTable,
    target: MatchTarget,
    names: list[FrameKey | InstantKey],
    subject: str,
    unknown: list[str],
    free: list[str],
) -> dict[str, str]:
    """Which of the file's actions is which of the data set's: the nearest that fits; empty if none does."""
    best: tuple[float, dict[str, str]] = (np.inf, {})
    shorter, longer = sorted((unknown, free), key=len)
    for picked in permutations(longer, len(shorter)):
        pairs = dict(zip(shorter, picked) if shorter is unknown else zip(picked, shorter))
        chosen = [
            row
            for row, name in enumerate(names)
            if name.subject == subject and name.action in pairs and table.present[row]
        ]
        renamed = [replace(names[row], action=pairs[names[row].action]) for row in chosen]
        part = replace(
            table,
            parameters=table.parameters[np.array(chosen, np.intp)],
            present=np.ones(len(chosen), bool),
            names=renamed,
        )
        try:
            estimates = match_by_name(part, target.keys)
        except DatasetError:
            continue
        if table.in_world:
            estimates = _see_from_cameras(estimates, target)
        rows = np.flatnonzero(estimates.present)
        fit = measure_plausibility(target, estimates.parameters[rows], rows)
        if fit.holds and fit.median_mm < best[0]:
            best = (fit.median_mm, pairs)
    return best[1]
