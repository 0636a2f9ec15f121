"""Swaps, outliers and drifts are found where they were planted, and nothing where nothing is wrong."""

from __future__ import annotations

import numpy as np
import pytest

from core.audit.bone_lengths import measure_bone_lengths
from core.audit.drifts import Drift, find_drifts
from core.audit.observations import Observations, cut_stretches, median_without_nan
from core.audit.outliers import find_outliers, interpolate_cubic
from core.audit.swaps import exchange_limbs, find_cheapest_path, find_swaps
from core.joints import H36M_17, JointSet
from core.types import FloatArray

ANKLE, WRIST = H36M_17.index("RAnkle"), H36M_17.index("LWrist")
LEGS = ([1, 2, 3], [4, 5, 6])


def see(joints: FloatArray, observed: Observations) -> FloatArray:
    """Joints of instants, as every view's body has them."""
    return joints[observed.instant_of]


def look_for_drifts(labels: FloatArray, residuals: FloatArray, observe) -> list[Drift]:
    observed = observe(labels)
    identity = np.broadcast_to(np.eye(3), (*labels.shape[:2], 3, 3))
    lengths = measure_bone_lengths(observed, H36M_17)
    usable = np.ones(labels.shape[:2], bool)
    return find_drifts([residuals], usable, lengths, identity, observed.instants)


def test_labels_in_order_raise_nothing(figures, labels, observe, random):
    observed = observe(labels)
    bodies = figures + 0.02 * random.normal(size=figures.shape)
    assert find_swaps(see(bodies, observed), np.ones(len(observed)), observed, H36M_17) == []
    assert find_outliers(labels - bodies, observed) == []
    assert look_for_drifts(labels, labels - figures, observe) == []


@pytest.mark.parametrize(("first", "last"), [(40, 46), (60, 60), (0, 29)])
def test_exchanged_legs_are_found_from_first_to_last_frame(figures, labels, observe, first, last):
    right, left = LEGS
    labels[first : last + 1, right + left] = labels[first : last + 1, left + right]
    observed = observe(labels)
    (swap,) = find_swaps(see(figures, observed), np.ones(len(observed)), observed, H36M_17)
    assert (swap.limb, swap.instants) == ("legs", (first, last))
    assert 0.2 < swap.distance < 0.35
    restored = exchange_limbs(observed, [swap], H36M_17)
    assert np.abs(restored.labels - see(figures, observed)).max() < 0.02


def test_a_swap_of_everything_is_no_swap_of_legs(figures, labels, observe):
    for right, left in H36M_17.pairs:
        labels[10:20, [right, left]] = labels[10:20, [left, right]]
    observed = observe(labels)
    (swap,) = find_swaps(see(figures, observed), np.ones(len(observed)), observed, H36M_17)
    assert (swap.limb, swap.instants) == ("all", (10, 19))


def test_joint_sets_without_sides_have_no_swaps(observe, labels):
    one = JointSet("spine", H36M_17.names, H36M_17.parents, ())
    observed = observe(labels)
    assert find_swaps(observed.labels, np.ones(len(observed)), observed, one) == []


def test_an_outlier_is_told_without_its_neighbours(figures, labels, observe):
    labels[100, WRIST] += [0.05, 0.05, 0.0]
    (outlier,) = find_outliers(labels - figures, observe(labels))
    assert (outlier.instant, outlier.joint) == (100, WRIST)
    assert outlier.distance == pytest.approx(0.071, abs=0.01)


def test_a_jump_that_the_body_makes_too_is_no_outlier(figures, labels, observe):
    labels[100, WRIST] += [0.05, 0.05, 0.0]
    figures[100, WRIST] += [0.05, 0.05, 0.0]
    assert find_outliers(labels - figures, observe(labels)) == []


def test_no_path_is_followed_across_gaps(figures, labels, observe):
    labels[100, WRIST] += [0.05, 0.05, 0.0]
    assert find_outliers(labels - figures, observe(labels, frame_step=64)) == []


def test_a_slipping_marker_is_found_with_its_joint_and_frames(figures, labels, observe):
    slip = np.clip((np.arange(30) - 8) / 21, 0, 1)[:, None] * [0.02, -0.035, 0.0]
    labels[150:180, ANKLE] += slip
    (drift,) = look_for_drifts(labels, labels - figures, observe)
    assert (drift.sequence, drift.joint) == (5, ANKLE)
    np.testing.assert_allclose(drift.change, [0.02, -0.035, 0.0], atol=0.008)
    assert drift.instants[0] == pytest.approx(158, abs=3)
    assert drift.instants[1] == 179
    assert drift.length_change > 0.012


def test_stretches_end_at_gaps_and_at_changes_of_step():
    groups = np.array([0, 0, 0, 0, 0, 0, 1, 1])
    frames = np.array([1, 2, 3, 5, 7, 80, 81, 82])
    cut = [(part.start, part.stop) for part in cut_stretches(groups, frames)]
    assert cut == [(0, 3), (3, 5), (5, 6), (6, 8)]


def test_the_cheapest_path_stays_where_a_change_costs_more():
    costs = np.zeros((6, 2))
    costs[:, 1] = 10
    costs[2:4, 1] = -8
    assert find_cheapest_path(costs, 9.0).tolist() == [0, 0, 0, 0, 0, 0]
    costs[2:4, 1] = -10
    assert find_cheapest_path(costs, 9.0).tolist() == [0, 0, 1, 1, 0, 0]


def test_a_cubic_is_followed_exactly():
    time = np.arange(9.0)[:, None]
    path = 1 + 2 * time - time**2 + 0.3 * time**3
    np.testing.assert_allclose(interpolate_cubic(path)[2:-2], path[2:-2])


def test_medians_pass_over_what_is_missing():
    values = np.array(
        [[1.0, np.nan, 3.0, 10.0], [np.nan, np.nan, np.nan, np.nan], [4.0, 2.0, np.nan, np.nan]]
    )
    np.testing.assert_array_equal(median_without_nan(values, axis=1), [3.0, np.nan, 3.0])
