"""Import: check everything, then make the project whole, or say what is wrong and make nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from core.body.files import load_body
from core.body.holes import find_caps
from core.body.model import BodyModel
from core.data.bone_lengths import check_bones
from core.data.checks import measure_agreement, measure_reprojection, measure_sides
from core.data.dataset import Dataset, Estimates
from core.data.detect import FORMATS, detect_format
from core.data.estimate_files import describe_estimates, read_estimates
from core.data.fits import judge_fits
from core.data.media_checks import check_masks, check_pictures
from core.data.plausibility import MatchTarget
from core.data.preview import Preview, RegressorFound
from core.data.split import describe_split, name_test_subjects
from core.data.symmetry import find_asymmetry
from core.errors import BodyError, SettingsError
from core.joints import H36M_17
from core.progress import ProgressCallback
from core.project.creation import check_free, create_project
from core.project.frame_index import FrameIndex
from core.project.naming import check_name
from core.project.project import Project
from core.project.subject_split import list_test_subjects
from core.regressor.files import read_regressor
from core.regressor.places import make_anatomical_regressor
from core.regressor.record import Regressor

#: What ``--format`` takes to have the format told by the content.
AUTO = "auto"


def import_project(
    path: Path | str,
    *,
    dataset: Path | str,
    format: str = AUTO,  # noqa: A002 -- as --format
    body: Path | str,
    estimates: Mapping[str, Path | str],
    regressors: Mapping[str, Path | str],
    test_subjects: Sequence[str] = (),
    progress: ProgressCallback | None = None,
    preview_only: bool = False,
) -> Preview:
    """Make a project of a data set, a body model, estimates and regressors.

    Args:
        path: project folder to make.
        dataset: the data set's folder or file; referred to, never changed.
        format: one of :data:`core.data.detect.FORMATS`, or ``auto``.
        body: body model file; referred to.
        estimates: estimator -> file, or table of files, the first being ``initial``.
        regressors: name -> file.
        test_subjects: that nothing is fitted to; Human3.6M's if none is named.
        progress: called with (done, total, message).
        preview_only: look everything over and make nothing.

    Returns:
        What was found.

    Raises:
        JointlensError: something is wrong; nothing was made.
    """
    path = Path(path).absolute()
    check_free(path)
    if format not in (AUTO, *FORMATS):
        raise SettingsError(
            f"{format!r} is no data set format; expected {AUTO} or one of {', '.join(FORMATS)}"
        )
    for what, names in (("estimator", estimates), ("regressor", regressors)):
        for name in names:
            check_name(name, what)
    found = FORMATS[detect_format(dataset) if format == AUTO else format].read(Path(dataset))
    found = name_test_subjects(found, test_subjects)
    model = load_body(body)
    try:
        find_caps(model.faces, model.v_template)
    except BodyError as error:
        raise BodyError(f"{body}: {error}; silhouettes need a closed mesh") from error
    check_bones(found, model)
    target = make_target(found, model)
    found_estimates = {name: read_estimates(file, target) for name, file in estimates.items()}
    found_regressors = {
        name: read_regressor(file, name, model, found.joint_set) for name, file in regressors.items()
    }
    if not found_regressors and found.joint_set != H36M_17:
        found_regressors["J_std"] = make_anatomical_regressor(model, found.joint_set)
    preview = _check(found, model, found_estimates, found_regressors, progress)
    if preview_only:
        return preview
    with create_project(path, found, body_file=Path(body), topology=model.topology) as project:
        for name, estimated in found_estimates.items():
            project.add_estimates(
                name, estimated.parameters, estimated.present, _describe(estimates[name], estimated)
            )
        for regressor in found_regressors.values():
            project.add_regressor(regressor)
    return preview


def add_estimates(project: Project, name: str, file: Path | str) -> Estimates:
    """Add an estimator's bodies to a project.

    Returns:
        What was found, and how it was matched with the project's frames.

    Raises:
        DatasetError: the file is not what it should be.
        ProjectError: the name is taken or impossible.
    """
    estimated = read_estimates(file, MatchTarget.of_project(project))
    project.add_estimates(name, estimated.parameters, estimated.present, _describe(file, estimated))
    return estimated


def add_regressor(project: Project, name: str, file: Path | str) -> RegressorFound:
    """Add a regressor to a project; one of that name keeps its history.

    Raises:
        RegressorError: the file is not what it should be, or belongs to another mesh.
        ProjectError: the name is impossible.
    """
    regressor = read_regressor(file, name, project.body(), project.joint_set)
    project.add_regressor(regressor)
    return _describe_regressor(regressor)


def make_target(dataset: Dataset, body: BodyModel) -> MatchTarget:
    """The frames of a data set for estimates to be matched with."""
    return MatchTarget(
        dataset.keys,
        dataset.cameras,
        dataset.joint_set,
        body,
        lambda rows: dataset.joints[rows],
        dataset.file_order,
    )


def _describe(path: Path | str, estimates: Estimates) -> dict[str, Any]:
    return {**describe_estimates(path), "matching": estimates.matching}


def _check(
    dataset: Dataset,
    body: BodyModel,
    estimates: Mapping[str, Estimates],
    regressors: Mapping[str, Regressor],
    progress: ProgressCallback | None,
) -> Preview:
    index = FrameIndex.from_keys(dataset.keys)
    reprojection = measure_reprojection(dataset)
    right_share = measure_sides(dataset)
    fits = judge_fits(dataset, right_share, estimates)
    agreement = measure_agreement(dataset)
    asymmetry = find_asymmetry(dataset)
    pictures = check_pictures(dataset, progress)
    masks = check_masks(dataset, progress)
    absent = int(np.isnan(dataset.joints).any(axis=-1).sum())
    label_frame = "camera frame" if dataset.absolute_labels else "camera axes, relative to the pelvis"
    return Preview(
        format=dataset.format,
        synthetic=dataset.synthetic,
        subjects=index.subjects,
        test_subjects=list_test_subjects(index.subjects, dataset.test_subjects),
        sequences=len({(shot.subject, shot.action) for shot in index.shots}),
        cameras=sorted({shot.camera for shot in index.shots}),
        frames=len(index),
        joint_set=dataset.joint_set.name,
        label_frame=f"metres, {label_frame}",
        labels_in_file=dataset.labels_in_file or f"metres, {label_frame}",
        right_share=right_share,
        projected_keypoints=dataset.projected_keypoints,
        reprojection_px=None if dataset.projected_keypoints else reprojection,
        view_agreement_mm=None if dataset.world_labels else agreement,
        limb_asymmetry_mm=None if asymmetry is None else abs(asymmetry.difference_mm),
        absent_labels=absent,
        label_origin=dataset.label_origin,
        pictures=pictures,
        masks=masks,
        body=body.name,
        topology=body.topology,
        estimates={name: int(estimated.present.sum()) for name, estimated in estimates.items()},
        matching={name: estimated.matching for name, estimated in estimates.items()},
        regressors={name: _describe_regressor(regressor) for name, regressor in regressors.items()},
        notes=fits
        + _find_notes(dataset, right_share, pictures, masks, absent, estimates, regressors)
        + ([str(asymmetry)] if asymmetry is not None and asymmetry.worth_telling else [])
        + describe_split(index.subjects, dataset.test_subjects)
        + _describe_body(body),
    )


def _find_notes(
    dataset: Dataset,
    right_share: float | None,
    pictures: int,
    masks: int,
    absent: int,
    estimates: Mapping[str, Estimates],
    regressors: Mapping[str, Regressor],
) -> list[str]:
    frames = len(dataset.keys)
    notes = list(dataset.notes)
    if right_share is not None and right_share < 1:
        notes.append(f"left and right look exchanged in {100 * (1 - right_share):.1f}% of the frames")
    if absent:
        notes.append(f"{absent} labelled joints are absent (NaN)")
    if not dataset.has_intrinsics:
        notes.append(
            "no intrinsics: bodies cannot be placed, silhouette and reprojection are off; add a cameras.json "
            "or Human3.6M's metadata.xml"
        )
    elif not all(np.isfinite(camera.R).all() for camera in dataset.cameras.values()):
        notes.append(
            "no extrinsics and no lens distortion: bodies stay in the camera frame; add a cameras.json or "
            "Human3.6M's metadata.xml"
        )
    if not dataset.absolute_labels:
        notes.append("labels are relative to the pelvis: absolute errors and views of one instant are off")
    if not np.isfinite(dataset.keypoints).any():
        notes.append("no 2D labels: bodies cannot be placed by them, and reprojection is off")
    if pictures < frames:
        why = (
            "they are made when they are asked for"
            if dataset.pictures_on_demand
            else "there are labels alone"
        )
        notes.append(f"{frames - pictures} of {frames} pictures are not there: {why}")
    if not masks:
        notes.append("no masks: the silhouette term is off")
    if not estimates:
        notes.append("no estimates: there is nothing to optimise from")
    if not regressors:
        notes.append("no regressor: joints of bodies cannot be told")
    elif any("made_from" in regressor.provenance for regressor in regressors.values()):
        notes.append("J_std is made from the body's own joints: nobody has published one for this joint set")
    return notes


def _describe_body(body: BodyModel) -> list[str]:
    notes = []
    if body.caps:
        notes.append(f"the body's mesh has holes, which {body.caps} triangles close")
    if body.family != "SMPL":
        notes.append(
            f"the body is {body.family}'s with fingers, jaw and eyes at rest; estimates must be its own, "
            "since betas mean another shape in each family"
        )
    return notes


def _describe_regressor(regressor: Regressor) -> RegressorFound:
    return RegressorFound(
        order_in_file=regressor.provenance["order_in_file"],
        normalised=regressor.provenance["normalised_on_import"],
    )
