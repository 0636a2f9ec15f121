"""Defects are planted where they are said to be, and nowhere else."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from core.joints import H36M_17
from core.studio.defects import SWAPPED, plant_defects
from core.studio.labels import measure_labels, regress_joints
from core.studio.scene import draw_scene
from core.studio.sizes import Size, get_size
from core.studio.skeleton import CARRYING_BONES, chain_rotations, rotate
from core.studio.subjects import SUBJECTS, TRAINING_SUBJECTS
from core.studio.true_regressor import load_base_regressor

#: As size audit, but smaller.
RECORDING = Size("recording", 2, 24, consecutive=True, every_defect=True)


@pytest.fixture(scope="module", params=[0, 1])
def planted(request):
    """Scene, clean labels, labels with every kind of defect, and what they are."""
    scene = draw_scene(request.param, RECORDING)
    clean = measure_labels(scene, regress_joints(scene, load_base_regressor()))
    return scene, clean, *plant_defects(scene, clean, every_kind=True)


def rows_of(scene, defect):
    return [
        row
        for row, key in enumerate(scene.instants)
        if key.subject == defect.subject
        and defect.sequence in (None, key.action)
        and (defect.frames is None or defect.frames[0] <= key.frame <= defect.frames[1])
    ]


def joints_of(defect):
    if defect.joint is None:
        return list(range(17))
    limbs = SWAPPED.get(defect.joint)
    names = [name for pair in limbs for name in pair] if limbs else [defect.joint]
    return [H36M_17.index(name) for name in names]


def find(planted, kind):
    """Each defect of a kind with the clean and the changed labels that it names."""
    scene, clean, labels, defects = planted
    for defect in defects:
        if defect.kind == kind:
            place = np.ix_(rows_of(scene, defect), joints_of(defect))
            yield defect, clean[place], labels[place]


def in_bone_frames(scene, offsets):
    bones = chain_rotations(rotate(scene.parameters.pose))[:, CARRYING_BONES]
    return (bones.swapaxes(-1, -2) @ offsets[..., None])[..., 0]


def test_size_audit_has_as_many_of_each_kind_as_the_contract_says(planted):
    counts = Counter(defect.kind for defect in planted[-1])
    assert 1 <= counts.pop("subject-offset") <= 2
    assert counts == {"sequence-shift": 2, "swap": 4, "outlier": 20, "drift": 2}


def test_nothing_else_is_changed(planted):
    scene, clean, labels, defects = planted
    told = np.zeros(clean.shape[:2], bool)
    for defect in defects:
        told[np.ix_(rows_of(scene, defect), joints_of(defect))] = True
    changed = np.abs(labels - clean).max(axis=-1) > 0
    assert (changed == told).all()


def test_a_given_length_moves_the_same_joints_the_same_way(planted):
    scene, clean, _, defects = planted
    labels, random = plant_defects(scene, clean, every_kind=False)
    short, given = plant_defects(scene, clean, every_kind=False, offset=0.03)
    assert random == [defect for defect in defects if defect.kind == "subject-offset"]
    for defect, other in zip(random, given, strict=True):
        assert (defect.subject, defect.joint, other.magnitude_mm) == (other.subject, other.joint, 30.0)
        rows, joint = scene.rows_of((defect.subject,)), H36M_17.index(defect.joint)
        moved, shorter = ((each - clean)[rows, joint] for each in (labels, short))
        np.testing.assert_allclose(shorter, moved * 30 / defect.magnitude_mm, atol=1e-4)


def test_sizes_without_every_kind_have_offsets_of_training_subjects_alone():
    subjects, joints, counts = Counter(), Counter(), Counter()
    scene = draw_scene(0, get_size("small"))
    clean = np.zeros((len(scene), 17, 3))
    for seed in range(40):
        object.__setattr__(scene, "seed", seed)
        labels, defects = plant_defects(scene, clean, every_kind=False)
        counts[len(defects)] += 1
        for defect in defects:
            assert defect.kind == "subject-offset"
            assert 30 <= defect.magnitude_mm <= 60
            subjects[defect.subject] += 1
            joints[defect.joint] += 1
            rows = scene.rows_of((defect.subject,))
            hit = in_bone_frames(scene, labels)[rows, H36M_17.index(defect.joint)]
            np.testing.assert_allclose(1000 * np.linalg.norm(hit, axis=-1), defect.magnitude_mm, atol=0.06)
            np.testing.assert_allclose(hit, np.broadcast_to(hit[0], hit.shape), atol=1e-9)
    assert set(subjects) == set(TRAINING_SUBJECTS)
    assert set(counts) == {1, 2}
    assert joints["RAnkle"] + joints["LAnkle"] > 0.5 * joints.total()
    assert len(joints) > 5


def test_a_shift_moves_a_whole_sequence_along_the_floor(planted):
    for defect, clean, labels in find(planted, "sequence-shift"):
        assert (defect.joint, defect.frames) == (None, None)
        assert defect.subject in SUBJECTS
        moved = np.median(labels - clean, axis=1)  # of all joints, since a subject's offset may lie in it
        np.testing.assert_allclose(moved - moved[0], 0, atol=1e-9)
        assert moved[0, 2] == pytest.approx(0, abs=1e-9)
        assert 1000 * np.linalg.norm(moved[0]) == pytest.approx(defect.magnitude_mm, abs=0.1)
        assert 150 <= defect.magnitude_mm <= 250


def test_a_swap_exchanges_left_and_right_of_some_frames(planted):
    for defect, clean, labels in find(planted, "swap"):
        first, last = defect.frames
        assert 4 <= last - first + 1 == len(clean) <= 20
        right_of_clean, left_of_clean = clean[:, 0::2], clean[:, 1::2]
        # Half a metre apart, or an offset of 60 mm: the exchanged labels are where the others were.
        assert np.abs(labels[:, 0::2] - left_of_clean).max() < 0.061
        assert np.abs(labels[:, 1::2] - right_of_clean).max() < 0.061
        assert defect.magnitude_mm > 50


def test_an_outlier_moves_one_joint_of_one_instant(planted):
    for defect, clean, labels in find(planted, "outlier"):
        assert defect.frames[0] == defect.frames[1]
        assert 60 <= defect.magnitude_mm <= 150
        length = 1000 * np.linalg.norm(labels - clean)
        assert abs(length - defect.magnitude_mm) < 61


def test_a_drift_grows_to_the_end_of_its_sequence(planted):
    scene, clean, labels, _ = planted
    offsets = in_bone_frames(scene, labels - clean)
    for defect, *_ in find(planted, "drift"):
        rows = rows_of(scene, defect)
        assert defect.frames[1] == 24
        assert 30 <= defect.magnitude_mm <= 50
        moved = offsets[rows, H36M_17.index(defect.joint)]
        steps = 1000 * np.linalg.norm(np.diff(moved, axis=0), axis=-1)
        np.testing.assert_allclose(steps, defect.magnitude_mm / len(rows), atol=0.01)


def test_frames_of_a_recording_follow_one_another(planted):
    scene = planted[0]
    for subject in SUBJECTS:
        frames = [key.frame for key in scene.instants if key.subject == subject]
        assert frames == 2 * list(range(1, 25))


def test_the_contract_s_audit_size():
    size = get_size("audit")
    assert (size.sequences, size.instants, size.consecutive, size.every_defect) == (6, 40, True, True)
    assert not size.pictures
