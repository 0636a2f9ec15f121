"""Swaps: stretches of frames in which left and right limbs are exchanged.

Every frame is either in order or has one limb, or all, exchanged. The cost of each state is how badly the
body's joints agree with the labels so exchanged; the cheapest path through a stretch of frames, where every
change of state costs too, is found by dynamic programming (Viterbi, 1967). The body must come from an
estimator that has not seen the labels: a body that was optimised towards exchanged labels agrees with them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np

from core.audit.file_array import Table, list_blocks
from core.audit.observations import Observations, median_without_nan
from core.joints import JointSet
from core.limbs import Pairs, find_limbs
from core.types import FloatArray, IntArray

#: Cost of a change of state, and what the labels of one joint at most cost, in units of half a chi-square.
CHANGE_COST = 9.0
GREATEST_COST = 36.0
#: Log-likelihood ratio from which a stretch counts.
LEAST_EVIDENCE = 12.0
_FLOOR = 0.01  # metres


@dataclass(frozen=True)
class Exchange:
    """Bodies beside labels whose left and right are exchanged throughout.

    Attributes:
        source: whose bodies.
        as_they_are: how far their limbs lie from the labels, metres.
        exchanged: the same with left and right exchanged.
        labels_hold: what says that the bodies are exchanged rather than the labels; empty where nothing does.
    """

    source: str
    as_they_are: float
    exchanged: float
    labels_hold: str


@dataclass(frozen=True)
class Swap:
    """A stretch of frames with a limb exchanged, or all of a subject's.

    Attributes:
        limb: as in :func:`core.limbs.find_limbs`.
        instants: first and last instant, both included.
        evidence: log-likelihood ratio against labels in order.
        distance: mean distance between exchanged joints, metres.
        exchange: what tells it where all frames of a subject are exchanged; None of a stretch.
    """

    limb: str
    instants: tuple[int, int]
    evidence: float
    distance: float
    exchange: Exchange | None = None


@dataclass(frozen=True)
class _CentredViews:
    """Bodies and labels of N views, each about the middle of its trunk, without holding them all.

    Attributes:
        joints, scales: of the bodies, as in :func:`find_swaps`.
        labels: (N, J, 3) metres.
        centre: joints whose mean is the middle.
    """

    joints: Table
    scales: FloatArray
    labels: Table
    centre: list[int]

    def read(self, views: slice | IntArray) -> tuple[FloatArray, FloatArray]:
        """Bodies and labels of some views, each (n, J, 3) metres."""
        body, labels = (middles[views, None] for middles in self.middles)
        return self.scales[views, None, None] * self.joints[views] - body, self.labels[views] - labels

    @cached_property
    def middles(self) -> tuple[FloatArray, FloatArray]:
        """Of all bodies and labels, each (N, 3) metres."""
        body, labels = np.empty((2, len(self.scales), 3))
        for views in list_blocks(len(self.scales)):
            joints = self.scales[views, None, None] * self.joints[views]
            body[views] = joints[:, self.centre].mean(axis=1)
            labels[views] = np.nanmean(self.labels[views][:, self.centre], axis=1)
        return body, labels

    def measure_apart(self, joint: int) -> FloatArray:
        """From one joint of all bodies to its label, (N, 3) metres."""
        body, labels = self.middles
        placed = self.scales[:, None] * self.joints[:, joint] - body
        return np.asarray((self.labels[:, joint] - labels) - placed)


def find_swaps(
    joints: Table, scales: FloatArray, observations: Observations, joint_set: JointSet
) -> list[Swap]:
    """Find exchanged limbs.

    Args:
        joints: (N, J, 3) metres, of estimated bodies as they are turned, in the labels' frame.
        scales: (N,) size of the labels' bodies over the estimated ones.
        observations: labels of the N views.
        joint_set: of the labels.
    """
    limbs = find_limbs(joint_set)
    if not limbs:
        return []
    centre = list(_find_trunk(joint_set)) or list(range(len(joint_set)))
    views = _CentredViews(joints, scales, observations.labels, centre)
    costs = observations.merge_views(_cost_states(views, list(limbs.values())))  # [M, K]
    costs = np.nan_to_num(costs)
    found = []
    for stretch in observations.instants.stretches:
        states = find_cheapest_path(costs[stretch], CHANGE_COST)
        for start, stop in _find_runs(states):
            state = states[start]
            evidence = -float(costs[stretch][start:stop, state].sum())
            if state == 0 or evidence < LEAST_EVIDENCE:
                continue
            limb = list(limbs)[state - 1]
            instants = stretch.start + start, stretch.start + stop - 1
            own = np.flatnonzero(
                (observations.instant_of >= instants[0]) & (observations.instant_of <= instants[1])
            )
            _, labels = views.read(own)
            found.append(Swap(limb, instants, evidence, measure_distance(labels, limbs[limb])))
    return found


def measure_distance(labels: FloatArray, pairs: Pairs) -> float:
    """Mean distance between the joints of pairs, metres, in labels (n, J, 3)."""
    right, left = (list(side) for side in zip(*pairs))
    return float(np.nanmean(np.linalg.norm(labels[:, right] - labels[:, left], axis=-1)))


def exchange_limbs(observations: Observations, swaps: list[Swap], joint_set: JointSet) -> Observations:
    """The observations with the swaps taken back."""
    if not swaps:
        return observations
    labels, usable = observations.labels.copy(), observations.usable.copy()
    limbs = find_limbs(joint_set)
    for swap in swaps:
        views = np.flatnonzero(
            (observations.instant_of >= swap.instants[0]) & (observations.instant_of <= swap.instants[1])
        )
        right, left = (list(side) for side in zip(*limbs[swap.limb]))
        rights, lefts = np.ix_(views, right), np.ix_(views, left)
        labels[rights], labels[lefts] = labels[lefts], labels[rights]
        usable[rights], usable[lefts] = usable[lefts], usable[rights]
    return replace(observations, labels=labels, usable=usable)


def find_cheapest_path(costs: FloatArray, change: float) -> IntArray:
    """States of the cheapest path, (T, K) -> (T,); it starts in state 0, from which a change costs too."""
    count, states = costs.shape
    change_cost = change * (1 - np.eye(states))
    total = costs[0] + change_cost[0]
    came_from = np.zeros((count, states), np.intp)
    for time in range(1, count):
        paths = total[:, None] + change_cost
        came_from[time] = paths.argmin(axis=0)
        total = paths.min(axis=0) + costs[time]
    path = np.zeros(count, np.intp)
    path[-1] = total.argmin()
    for time in range(count - 1, 0, -1):
        path[time - 1] = came_from[time, path[time]]
    return path


def _cost_states(views: _CentredViews, limbs: list[tuple[tuple[int, int], ...]]) -> FloatArray:
    """(N, 1 + limbs): half the change of the summed, capped chi-squares that each exchange makes."""
    spread = np.empty(views.labels.shape[1])
    for joint in range(len(spread)):  # one by one: medians sort copies, which are large for many views
        apart = views.measure_apart(joint)
        deviation = np.abs(apart - median_without_nan(apart, axis=0))
        spread[joint] = 1.4826 * median_without_nan(deviation, axis=0).mean() + _FLOOR

    costs = np.zeros((len(views.scales), 1 + len(limbs)))
    for block in list_blocks(len(costs)):
        body, labels = views.read(block)

        def cost(of: int, at: int, body: FloatArray = body, labels: FloatArray = labels) -> FloatArray:
            square = ((labels[:, of] - body[:, at]) ** 2).sum(axis=-1) / spread[at] ** 2
            return np.minimum(square, GREATEST_COST)

        for number, pairs in enumerate(limbs):
            for right, left in pairs:
                change = cost(left, right) + cost(right, left) - cost(right, right) - cost(left, left)
                costs[block, 1 + number] += 0.5 * np.nan_to_num(change)
    return costs


def _find_trunk(joint_set: JointSet) -> set[int]:
    """Joints that limbs on both sides hang on, which an exchange leaves where they are."""
    paired = {joint for pair in joint_set.pairs for joint in pair}
    trunk = set()
    for joint in paired:
        ancestor = joint_set.parents[joint]
        while ancestor >= 0:
            trunk.add(ancestor)
            ancestor = joint_set.parents[ancestor]
    return trunk - paired


def _find_runs(states: IntArray) -> list[tuple[int, int]]:
    """Stretches of equal states, as start and stop."""
    cuts = np.flatnonzero(np.diff(states)) + 1
    bounds = [0, *cuts.tolist(), len(states)]
    return list(pairwise(bounds))
