"""Offsets of a subject, and shifts of a sequence, against what is usual between subjects and sequences."""

from __future__ import annotations

import numpy as np
import pytest

from core.audit.alignment import align_rigid
from core.audit.mask_evidence import MaskEvidence, find_centre
from core.audit.offsets import centre_sequences, compare_subjects
from core.audit.shifts import find_shifts
from core.joints import H36M_17

KNEE = H36M_17.index("LKnee")


def compare(residuals, observed, usable=None):
    usable = np.ones(residuals.shape[:2], bool) if usable is None else usable
    return compare_subjects(
        centre_sequences(residuals, usable, observed.instants), observed.instants, H36M_17
    )


@pytest.fixture
def residuals(labels, random):
    """As subjects differ: 4 mm an axis and subject, 2 mm a sequence, 3 mm a frame."""
    own = np.repeat(0.004 * random.normal(size=(5, 17, 3)), len(labels) // 5, axis=0)
    sequence = np.repeat(0.002 * random.normal(size=(20, 17, 3)), len(labels) // 20, axis=0)
    return own + sequence + 0.003 * random.normal(size=labels.shape)


def test_an_offset_of_one_subject_stands_out_from_what_subjects_differ_by(residuals, labels, observe):
    observed = observe(labels)
    residuals[observed.instants.subjects == 2, KNEE] += [0.03, 0.0, -0.03]
    tests = compare(residuals, observed)
    assert divmod(int(tests.ratio.argmax()), 17) == (2, KNEE)
    assert tests.ratio.max() > 5 > np.partition(tests.ratio.ravel(), -2)[-2]
    low, high = tests.interval[2, KNEE]
    assert low < 0.0424 < high
    assert tests.p[2, KNEE] < 1e-4


def test_the_interval_is_wider_than_that_of_one_subjects_frames(residuals, labels, observe):
    """Between subjects there are 4 mm an axis, of which no frame of the subject tells."""
    tests = compare(residuals, observe(labels))
    width = tests.interval[..., 1] - tests.effect
    assert np.median(width) > 1.96 * 0.0035


def test_frames_that_are_known_to_be_wrong_have_no_say(residuals, labels, observe):
    observed = observe(labels)
    usable = np.ones(residuals.shape[:2], bool)
    before = compare(residuals, observed).effect
    residuals[100:110, KNEE] += 5.0
    usable[100:110, KNEE] = False
    np.testing.assert_allclose(compare(residuals, observed, usable).effect, before, atol=0.002)


def test_two_subjects_cannot_tell_who_is_odd(residuals, labels, observe):
    observed = observe(labels)
    usable = np.broadcast_to(observed.instants.subjects[:, None] < 2, residuals.shape[:2])
    assert compare(residuals, observed, usable) is None


def test_a_joint_far_off_does_not_pull_the_alignment(figures):
    turn, _ = np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))
    turn *= np.sign(np.linalg.det(turn))
    labels = 1.1 * figures[:50] @ turn.T + [1.0, 2.0, 3.0]
    labels[:, KNEE] += 0.3
    found = align_rigid(figures[:50], labels, np.ones((50, 17), bool), scale=None)
    left = np.linalg.norm(labels - found.apply(figures[:50]), axis=-1)
    assert np.delete(left, KNEE, axis=1).max() < 0.02
    assert left[:, KNEE].min() > 0.45
    assert found.scale == pytest.approx(1.1, abs=0.01)


def test_bodies_with_too_few_labels_or_none_are_told_as_unknown(figures):
    usable = np.ones((3, 17), bool)
    usable[1, 3:] = False
    broken = figures[:3].copy()
    broken[2] = np.nan
    found = align_rigid(broken, figures[:3], usable, scale=None)
    assert np.isfinite(found.t).all(axis=1).tolist() == [True, False, False]


def make_mask_evidence(observed, shifted: int, offset) -> MaskEvidence:
    """Four pinhole cameras around the room; masks with a common lack of feet and noise of 2 px."""
    random = np.random.default_rng(1)
    views = np.flatnonzero(np.isin(np.arange(len(observed)) % 30, (5, 15, 25)))
    views = np.repeat(views, 2)  # four cameras from two shots
    angle = np.tile([0.3, 1.8], len(views) // 2) + observed.shots[views] % 2 * 0.7
    zero, one = np.zeros(len(views)), np.ones(len(views))
    R = np.stack(
        [
            np.stack([np.cos(angle), np.sin(angle), zero], axis=1),
            np.stack([zero, zero, -one], axis=1),
            np.stack([-np.sin(angle), np.cos(angle), zero], axis=1),
        ],
        axis=1,
    )
    world = np.tile([0.0, 0.0, 0.02], (len(views), 1))
    world[observed.instants.sequences[observed.instant_of[views]] == shifted] += offset
    away = 250 * (R[:, :2] @ world[..., None])[..., 0] + 2 * random.normal(size=(len(views), 2))
    return MaskEvidence(views, away, np.full(len(views), 250.0), R, np.full(len(views), 0.9))


def test_a_shifted_sequence_is_found_in_three_dimensions(labels, observe):
    observed = observe(labels)
    evidence = make_mask_evidence(observed, 7, [0.15, -0.1, 0.0])
    (shift,) = find_shifts(evidence, observed)
    assert shift.sequence == 7
    np.testing.assert_allclose(shift.offset, [0.15, -0.1, 0.0], atol=0.02)
    assert shift.cameras[0] == shift.cameras[1] > 1


def test_sequences_in_place_and_masks_that_are_missing_raise_nothing(labels, observe):
    observed = observe(labels)
    evidence = make_mask_evidence(observed, 7, [0.0, 0.0, 0.0])
    assert find_shifts(evidence, observed) == []
    evidence.away[:] = np.nan
    assert find_shifts(evidence, observed) == []


def test_the_centre_of_a_mask_is_told_in_pixels():
    image = np.zeros((8, 8))
    image[2:4, 5:7] = 1
    np.testing.assert_allclose(find_centre(image), [6.0, 3.0])
    assert np.isnan(find_centre(np.zeros((8, 8)))).all()
