"""Whether labels can be joints of the named set, in metres: their bones against those of the body at rest.

A joint of another place in the order makes bones as long as a person, another unit makes them a hundred
times too long or more. Estimates, cameras and masks would all be blamed for either.
"""

from __future__ import annotations

import numpy as np

from core.body.model import BodyModel
from core.data.dataset import Dataset
from core.errors import DatasetError
from core.regressor.places import find_rest_places
from core.types import FloatArray

_UNITS = {1000: "millimetres", 100: "centimetres"}
#: People are as large as the body within this factor, far less than units differ by.
_SIZE_FACTOR = 3.0
#: Frames of a subject that are looked at; bones do not change.
_SAMPLE = 1024


def check_bones(dataset: Dataset, body: BodyModel) -> None:
    """Hold each subject's median bones against the body's.

    A bone may be longer by what both of its joints may be off (:attr:`core.joints.Place.reach`; 0.3 m for a
    limb), more than people differ by. It may be shorter without limit, since joints that a set calls parent
    and child need not be joined by one bone.

    Raises:
        DatasetError: labels are in another unit, or in another order than the joint set's.
    """
    names, bones = dataset.joint_set.names, np.array(dataset.joint_set.bones)
    if not len(bones):
        return
    places = find_rest_places(body, dataset.joint_set)
    expected = np.linalg.norm(places[bones[:, 1]] - places[bones[:, 0]], axis=-1)
    reach = np.array([place.reach for place in dataset.joint_set.places])
    subjects = np.array([key.subject for key in dataset.keys])
    for subject in dict.fromkeys(subjects.tolist()):
        rows = np.flatnonzero(subjects == subject)
        joints = dataset.joints[rows[:: -(-len(rows) // _SAMPLE)]].astype(np.float64)
        lengths = _take_medians(np.linalg.norm(joints[:, bones[:, 1]] - joints[:, bones[:, 0]], axis=-1))
        excess = lengths - expected - reach[bones].sum(axis=1)
        if not (excess > 0).any():
            continue
        where = f"{dataset.labels_file or dataset.root}: {subject}: {dataset.labels_name}"
        longest = int(np.argmax(np.where(np.isfinite(lengths), expected, 0)))
        ratio = lengths[longest] / expected[longest]
        for factor, unit in _UNITS.items():
            if factor / _SIZE_FACTOR < ratio < factor * _SIZE_FACTOR:
                bone = "-".join(names[joint] for joint in bones[longest])
                raise DatasetError(
                    f"{where} look like {unit} (the median {bone} is {lengths[longest]:,.0f} long); expected "
                    f"metres, divide by {factor}"
                )
        worst = int(np.nanargmax(excess))
        bone = "-".join(names[joint] for joint in bones[worst])
        raise DatasetError(
            f"{where} do not look like {dataset.joint_set.name} (the median {bone} is {lengths[worst]:.2f} m "
            f"long, on the body {expected[worst]:.2f} m); see the order of the joints in docs/formats.md, or "
            "name another joint_set"
        )


def _take_medians(lengths: FloatArray) -> FloatArray:
    """Medians (B,) of lengths (N, B); NaN for a bone that no frame has."""
    there = np.isfinite(lengths)
    columns = [column[known] for column, known in zip(lengths.T, there.T)]
    return np.array([np.median(column) if len(column) else np.nan for column in columns])
