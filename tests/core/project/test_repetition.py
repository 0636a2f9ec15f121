import numpy as np

from core.project.project import Project
from core.project.repetition import GAP, SHOT_FRAMES, repeat_frames


def test_a_project_is_shown_twice_with_a_gap_that_no_comparison_in_time_spans(project_small, tmp_path):
    with Project.open(project_small, read_only=True) as once:
        assert repeat_frames(once, tmp_path / "twice", frames=len(once.keys) + 1) == 2 * len(once.keys)
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


def test_long_shots_become_takes_of_the_same_action(project_small, tmp_path):
    with Project.open(project_small, read_only=True) as once:
        first = once.keys.shots[0]
        in_one_take = SHOT_FRAMES // (first.stop - first.start)
        repeat_frames(once, tmp_path / "often", frames=len(once.keys) * (in_one_take + 2))
        with Project.open(tmp_path / "often", read_only=True) as often:
            takes = [s for s in often.keys.shots if (s.subject, s.camera) == (first.subject, first.camera)]
            actions = {s.action: s.stop - s.start for s in takes if s.action.startswith(first.action)}
            assert list(actions) == [first.action, f"{first.action}002"]
            assert list(actions.values()) == [SHOT_FRAMES, 2 * (first.stop - first.start)]
            assert len({often.image_path(row) for row in range(SHOT_FRAMES)}) == first.stop - first.start
