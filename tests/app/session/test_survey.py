"""Tables of errors over the whole project, and the frames behind their cells."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.session.survey import RegressorErrors, Survey, group_shots, name_action
from core.project.frame_index import FrameIndex
from core.types import FrameKey

KEYS = FrameIndex.from_keys(
    [
        FrameKey(subject, action, camera, frame)
        for subject in ("S1", "S11", "S5")
        for action in ("Sitting-1", "Sitting-2")
        for camera in ("54138969", "60457274")
        for frame in (1, 2, 3)
    ]
)
JOINTS = 2


def measure(errors_mm: np.ndarray) -> Survey:
    """A survey of one regressor from errors of every frame, (N, 2)."""
    errors = RegressorErrors.empty(len(KEYS), len(KEYS.shots), JOINTS)
    for number, shot in enumerate(KEYS.shots):
        part = errors_mm[shot.start : shot.stop]
        errors.add(shot.start, number, part, part / 4)
    return Survey("spin", {"J": errors}, len(KEYS), len(KEYS))


@pytest.fixture
def errors_mm() -> np.ndarray:
    drawn = np.random.default_rng(0).uniform(10, 90, (len(KEYS), JOINTS))
    drawn[4, 1] = np.nan
    return drawn


@pytest.mark.parametrize(
    ("by", "part"), [("subject", "subject"), ("camera", "camera"), ("sequence", "sequence")]
)
def test_means_are_those_of_the_frames_in_a_group(errors_mm: np.ndarray, by: str, part: str) -> None:
    heat = measure(errors_mm).tabulate(KEYS, "J", by=by)  # type: ignore[arg-type]
    names = np.array([getattr(key, part) for key in KEYS])
    for column, group in enumerate(heat.groups):
        np.testing.assert_allclose(heat.values[:, column], np.nanmean(errors_mm[names == group], axis=0))


def test_takes_of_an_action_go_together_and_subjects_in_order_of_number() -> None:
    assert group_shots(KEYS, "action")[0] == ("Sitting",)
    assert group_shots(KEYS, "subject")[0] == ("S1", "S5", "S11")
    assert name_action("Walking-1") == "Walking"
    assert name_action("Walking") == "Walking"


def test_the_frames_behind_a_cell_are_each_shots_worst_worst_first(errors_mm: np.ndarray) -> None:
    rows = measure(errors_mm).find_worst(KEYS, "J", by="subject", group="S5", joint=1)
    shots = [shot for shot in KEYS.shots if shot.subject == "S5"]
    worst = [shot.start + int(np.nanargmax(errors_mm[shot.start : shot.stop, 1])) for shot in shots]
    assert set(rows) == set(worst)
    found = errors_mm[rows, 1]
    assert (np.diff(found) <= 0).all()


def test_the_difference_of_a_regressor_and_itself_is_nothing(errors_mm: np.ndarray) -> None:
    heat = measure(errors_mm).tabulate(KEYS, "J", by="camera", minus="J")
    assert np.abs(heat.values).max() == 0


def test_pixels_and_means_of_frames_and_shots(errors_mm: np.ndarray) -> None:
    survey = measure(errors_mm)
    heat = survey.tabulate(KEYS, "J", by="camera", unit="px")
    millimetres = survey.tabulate(KEYS, "J", by="camera")
    np.testing.assert_allclose(heat.values, millimetres.values / 4)
    np.testing.assert_allclose(
        survey.errors["J"].row_mm, np.nanmean(errors_mm, axis=1).astype(np.float32), rtol=1e-6
    )
    all_together = survey.average_groups("J", np.zeros(len(KEYS.shots), np.intp))
    np.testing.assert_allclose(all_together, [np.nanmean(errors_mm)])


def test_what_was_not_measured_is_no_number() -> None:
    errors = RegressorErrors.empty(len(KEYS), len(KEYS.shots), JOINTS)
    survey = Survey("spin", {"J": errors}, 0, len(KEYS))
    assert np.isnan(survey.tabulate(KEYS, "J", by="subject").values).all()
    assert survey.find_worst(KEYS, "J", by="subject", group="S1", joint=0) == []
    assert np.isnan(survey.average_groups("J", np.arange(len(KEYS.shots)))).all()
    assert not survey.complete


def test_flagged_labels_are_left_out_unless_they_are_to_count(errors_mm: np.ndarray) -> None:
    whole = measure(errors_mm)
    subjects = np.array([key.subject for key in KEYS])
    sifted = errors_mm.copy()
    sifted[subjects == "S5", 0] = np.nan  # flagged everywhere
    sifted[4, 0] = np.nan
    survey = replace(whole, unflagged=measure(sifted).errors)
    heat = survey.tabulate(KEYS, "J", by="subject")
    column = heat.groups.index("S5")
    assert np.isnan(heat.values[0, column])
    assert heat.left_out.tolist() == [[1, 12, 0], [0, 0, 0]]
    np.testing.assert_allclose(heat.with_flagged, whole.tabulate(KEYS, "J", by="subject").values)
    counted = survey.tabulate(KEYS, "J", by="subject", with_flagged=True)
    np.testing.assert_allclose(counted.values, heat.with_flagged)
    assert survey.find_worst(KEYS, "J", by="subject", group="S5", joint=0) == whole.find_worst(
        KEYS, "J", by="subject", group="S5", joint=0
    )
