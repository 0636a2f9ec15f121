from dataclasses import replace

import numpy as np
import pytest

from core.optimize.loop import Optimizer
from core.optimize.neighbours import find_triples
from core.optimize.presets import get_preset
from core.optimize.problem import load_problem
from core.optimize.rounds import _spread_out
from core.optimize.sequence import cut_batches
from core.project.frame_index import FrameIndex
from core.project.project import Project
from core.types import FrameKey


def keys_of(*frames, camera="54138969"):
    return [FrameKey("S1", "Walking-1", camera, frame) for frame in frames]


def test_frames_follow_each_other_by_their_numbers_and_never_across_a_gap():
    keys = FrameIndex.from_keys(keys_of(1, 2, 3, 5, 7, 71, 135, 199))
    triples = find_triples(keys, np.arange(8))
    assert [keys.numbers[triple].tolist() for triple in triples] == [[1, 2, 3], [3, 5, 7]]


def test_another_camera_is_no_neighbour_and_the_order_of_rows_does_not_matter():
    keys = FrameIndex.from_keys(keys_of(1, 2, camera="54138969") + keys_of(3, 4, 5, camera="55011271"))
    rows = np.array([4, 0, 2, 1, 3])
    assert rows[find_triples(keys, rows)].tolist() == [[2, 3, 4]]


def test_too_few_frames_have_no_neighbours():
    keys = FrameIndex.from_keys(keys_of(1, 2))
    assert find_triples(keys, np.arange(2)).shape == (0, 3)


def test_smoothness_is_off_and_says_why_without_neighbours(project_small):
    with Project.open(project_small, read_only=True) as project:
        problem = load_problem(project, np.array([0]), regressor="J_std")
    assert "follow each other" in problem.unavailable["smoothness"]


def test_smoothness_makes_neighbours_move_evenly(project_small):
    with Project.open(project_small, read_only=True) as project:
        problem = load_problem(project, project.rows_of("S1")[:3], regressor="J_std")
    unavailable = {term: why for term, why in problem.unavailable.items() if term != "smoothness"}
    problem = replace(problem, triples=problem.triples.new_tensor([[0, 1, 2]]), unavailable=unavailable)
    optimizer = Optimizer(problem, get_preset("jointlens").with_only(["smoothness"]))
    before = optimizer.take_snapshot().bare["smoothness"]
    for _ in range(15):
        optimizer.advance()
    assert optimizer.take_snapshot().bare["smoothness"] < 0.3 * before


def test_neighbours_stay_in_one_batch_where_they_matter():
    rows = np.arange(100)
    for batch in cut_batches(rows, rows, shuffle=False):
        assert np.array_equal(np.diff(batch), np.ones(len(batch) - 1))


@pytest.mark.parametrize(("count", "together"), [(1000, 1), (1000, 16), (7, 16)])
def test_a_sample_is_spread_out_in_groups(count, together):
    taken = np.flatnonzero(_spread_out(count, 128, together=together))
    assert min(count, 128) - together < len(taken) <= min(count, 128)
    assert taken[-1] >= count - together
