"""What an import found, for a person to read before and after."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class RegressorFound:
    """One regressor file.

    Attributes:
        order_in_file: ``left-first`` or ``right-first``; it is kept right side first.
        normalised: whether weights had to be rectified or normalised.
    """

    order_in_file: str
    normalised: bool


@dataclass(frozen=True)
class Preview:
    """What an import found.

    Attributes:
        format: name of the importer.
        synthetic: whether a studio made the data.
        subjects: in the order of their numbers.
        test_subjects: those of them that nothing is fitted to.
        sequences: how many.
        cameras: names.
        frames: images.
        joint_set: name of the joint order that the labels are in.
        label_frame: unit and frame of reference that the 3D labels are kept in.
        labels_in_file: those that they have in the data set.
        right_share: share of frames whose right hip lies on the body's right, by geometry; None where the
            joint set has not the joints to tell it by.
        projected_keypoints: whether 2D labels are projected 3D ones, as the data set has none.
        reprojection_px: median distance between projected 3D labels and 2D labels; None where the labels have
            no place or the cameras no lens, or 2D labels are projected.
        view_agreement_mm: distance between what two views say of one joint; None without extrinsics, and
            where labels are told in the world, which all views then agree on.
        limb_asymmetry_mm: between the median lengths of a bone's right and left, where they differ most; None
            where the joint set mirrors no bone.
        absent_labels: labelled joints that are NaN.
        label_origin: ``mocap``, ``regressed``, ``synthetic`` or ``unknown``.
        pictures: how many are there.
        masks: how many are there.
        body: name of the body model.
        topology: hash of its mesh.
        estimates: estimator -> bodies matched to frames.
        matching: estimator -> how its rows found their frames, and how well they fit there.
        regressors: name -> what the file was.
        notes: what is off, and why; sentences.
    """

    format: str
    synthetic: bool
    subjects: list[str]
    test_subjects: list[str]
    sequences: int
    cameras: list[str]
    frames: int
    joint_set: str
    label_frame: str
    labels_in_file: str
    right_share: float | None
    projected_keypoints: bool
    reprojection_px: float | None
    view_agreement_mm: float | None
    limb_asymmetry_mm: float | None
    absent_labels: int
    label_origin: str
    pictures: int
    masks: int
    body: str
    topology: str
    estimates: dict[str, int]
    matching: dict[str, str]
    regressors: dict[str, RegressorFound]
    notes: list[str]

    def to_dict(self) -> dict[str, Any]:
        """JSON values."""
        return asdict(self)
