import numpy as np

from app.bench.many_frames import GAP, repeat_frames
from core.project.project import Project


def test_a_project_is_shown_twice_with_a_gap_that_no_comparison_in_time_spans(project_small, tmp_path):
    with Project.open(project_small, read_only=True) as once:
        repeat_frames(once, tmp_path / "twice", times=2)
        with Project.open(tmp_path / "twice", read_only=True) as twice:
            assert len(twice.keys) == 2 * len(once.keys)
            last = max(key.frame for key in once.keys)
            for row in (0, len(once.keys) - 1):
                key = once.keys[row]
                later = [
                    index
                    for index, other in enumerate(twice.keys)
                    if (other.subject, other.action, other.camera) == (key.subject, key.action, key.camera)
                    and other.frame == key.frame + last + GAP
                ]
                rows = np.array([twice.row(key), *later])
                for bodies in (twice.labels(rows), twice.read_bodies("initial", rows).body_pose):
                    assert np.array_equal(bodies[0], bodies[1])
                assert np.array_equal(twice.labels(rows[:1]), once.labels(np.array([row])))
                assert twice.mask_path(rows[1]) == once.mask_path(row)
            assert twice.regressor_names() == once.regressor_names()
