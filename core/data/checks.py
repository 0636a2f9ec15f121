"""Whether labels and cameras say the same thing: left and right, reprojection, agreement of the views.

Wrong conventions give plausible, false numbers, so each is measured on the data instead of being trusted.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.cameras import project, to_world
from core.data.dataset import Dataset
from core.errors import DatasetError
from core.joints import H36M_17, check_sides

#: Share of a subject's frames whose right hip must lie on the body's right. Swapped stretches of a sequence
#: are defects to find later; legs in another order are a file to refuse.
_LEAST_SIDE_SHARE = 0.5
#: Share of frames whose right arm must lie on the side of the right leg; an order is wrong in all.
_LEAST_ARM_SHARE = 0.1
#: SMPL's left and right hip, left and right shoulder.
_HIPS_AND_SHOULDERS = (1, 2, 16, 17)
#: Median distance between projected 3D labels and 2D labels that no lens and no rounding explains, pixels.
_MOST_REPROJECTION = 8.0
#: Median distance between the views' world joints of one instant that no calibration error explains, metres.
_MOST_DISAGREEMENT = 0.05


def measure_sides(dataset: Dataset) -> float | None:
    """Share of frames whose right hip lies on the body's right, and a check of every subject.

    None where the joint set has not the joints to tell it by.

    Raises:
        DatasetError: the legs of a subject come left first, or the arms where the legs do not.
    """
    subjects = split_by_subject(dataset)
    try:
        shares = {
            subject: check_sides(dataset.joints[rows], dataset.joint_set)
            for subject, rows in subjects.items()
        }
    except DatasetError:
        if dataset.joint_set == H36M_17:
            raise
        return None
    for subject, share in shares.items():
        if share < _LEAST_SIDE_SHARE:
            raise DatasetError(
                f"{dataset.root}: {subject}: the joints called right lie on the body's left in "
                f"{100 * (1 - share):.0f}% of the frames; its poses are left side first or mirrored. Extract "
                "them again in Human3.6M's order (1-3 right leg, 6-8 left leg)"
            )
        _check_arms(dataset, subject, subjects[subject])
    counts = np.array([len(rows) for rows in subjects.values()])
    return float((np.array(list(shares.values())) * counts).sum() / counts.sum())


def measure_reprojection(dataset: Dataset) -> float | None:
    """Median distance between projected 3D labels and 2D labels, pixels, and a check of every camera.

    None where the labels do not tell where people stand, or no lens is known.

    Raises:
        DatasetError: a camera's intrinsics, its distortion or its 2D labels are not those of the 3D labels.
    """
    if not dataset.absolute_labels or not dataset.has_intrinsics:
        return None
    medians, counts = [], []
    for (subject, name), rows in _split_by_view(dataset).items():
        lens = dataset.cameras[subject, name].lens
        joints = dataset.joints[rows].astype(np.float64)
        if np.nanmin(joints[..., 2], initial=np.inf) <= 0:
            row = rows[int(np.argwhere(joints[..., 2] <= 0)[0, 0])]
            raise DatasetError(
                f"{dataset.root}: {dataset.keys[row]}: a labelled joint lies behind the camera; "
                f"{dataset.labels_name} must be in the camera frame, x right, y down, z forward"
                f"{_blame_frame(dataset)}"
            )
        errors = np.linalg.norm(project(joints, lens) - dataset.keypoints[rows], axis=-1)
        errors = errors[np.isfinite(errors)]
        if not len(errors):
            continue
        median = float(np.median(errors))
        if median > _MOST_REPROJECTION:
            raise DatasetError(
                f"{dataset.root}: {subject}, camera {name}: 3D labels project {median:.1f} px from the 2D "
                "labels (median); its intrinsics or its labels belong to another camera or picture size"
                f"{_blame_frame(dataset)}"
            )
        medians.append(median)
        counts.append(len(errors))
    if not medians:
        raise DatasetError(f"{dataset.root}: no joint has both a 3D and a 2D label")
    return float(np.average(medians, weights=counts))


def measure_agreement(dataset: Dataset) -> float | None:
    """Median distance between what two views of an instant say of a joint in the world, millimetres.

    None where cameras have no extrinsics, labels no place, or no instant two views.

    Raises:
        DatasetError: a camera's extrinsics disagree with the other cameras'.
    """
    if not dataset.absolute_labels:
        return None
    views = {view: rows for view, rows in _split_by_view(dataset).items() if _has_extrinsics(dataset, view)}
    world = np.full(dataset.joints.shape, np.nan)
    for view, rows in views.items():
        camera = dataset.cameras[view]
        world[rows] = to_world(dataset.joints[rows].astype(np.float64), camera.R, camera.t)
    instants: dict[tuple[str, str, int], list[int]] = {}
    for row, key in enumerate(dataset.keys):
        instants.setdefault((key.subject, key.action, key.frame), []).append(row)
    deviations: dict[tuple[str, str], list[np.ndarray]] = {}
    for rows_of_instant in instants.values():
        if len(rows_of_instant) > 1:
            centre = np.median(world[rows_of_instant], axis=0)
            for row in rows_of_instant:
                key = dataset.keys[row]
                distance = np.linalg.norm(world[row] - centre, axis=-1)
                deviations.setdefault((key.subject, key.camera), []).append(distance)
    medians = {}
    for view, distances in deviations.items():
        finite = np.concatenate(distances)
        finite = finite[np.isfinite(finite)]
        if len(finite):
            medians[view] = float(np.median(finite))
    if not medians:
        return None
    worst = max(medians, key=medians.__getitem__)
    if medians[worst] > _MOST_DISAGREEMENT:
        raise DatasetError(
            f"{dataset.root}: {worst[0]}, camera {worst[1]}: its joints lie {1000 * medians[worst]:.0f} mm "
            "from the other cameras' in the world (median); expected X_camera = R X_world + t in metres, "
            f"not the camera's centre{_blame_frame(dataset)}"
        )
    return 1000 * float(np.mean(list(medians.values())))


def _check_arms(dataset: Dataset, subject: str, rows: NDArray[np.intp]) -> None:
    """Some orders have the right arm first where ours has the left one, and legs as ours."""
    found = map(dataset.joint_set.find_smpl_joint, _HIPS_AND_SHOULDERS)
    at = [joint for joint in found if joint is not None]
    if len(at) < len(_HIPS_AND_SHOULDERS):
        return
    hips_left, hips_right, left, right = (dataset.joints[rows, joint] for joint in at)
    along = ((right - left) * (hips_right - hips_left)).sum(axis=-1)
    along = along[np.isfinite(along)]
    if len(along) and (along > 0).mean() < _LEAST_ARM_SHARE:
        raise DatasetError(
            f"{dataset.labels_file or dataset.root}: {subject}: the arm called right is on the side of the "
            f"left leg in {100 * (along <= 0).mean():.0f}% of the frames; see the order of the joints in "
            "docs/formats.md"
        )


def _blame_frame(dataset: Dataset) -> str:
    """What else may be wrong where labels tell which frame they are in."""
    return ", or joints_frame is not the frame that the joints are in" if dataset.labels_file else ""


def _has_extrinsics(dataset: Dataset, view: tuple[str, str]) -> bool:
    return bool(np.isfinite(dataset.cameras[view].R).all())


def split_by_subject(dataset: Dataset) -> dict[str, NDArray[np.intp]]:
    """(n,) rows of each subject, ascending; subjects in the order of their first frames."""
    rows: dict[str, list[int]] = {}
    for row, key in enumerate(dataset.keys):
        rows.setdefault(key.subject, []).append(row)
    return {subject: np.array(numbers) for subject, numbers in rows.items()}


def _split_by_view(dataset: Dataset) -> dict[tuple[str, str], NDArray[np.intp]]:
    rows: dict[tuple[str, str], list[int]] = {}
    for row, key in enumerate(dataset.keys):
        rows.setdefault((key.subject, key.camera), []).append(row)
    return {view: np.array(numbers) for view, numbers in rows.items()}
