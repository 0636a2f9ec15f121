"""Subjects are held against each other."""

from __future__ import annotations

import numpy as np

from app.panels.offset_panel import compare_subjects


def test_a_subject_is_compared_with_the_median_of_the_others() -> None:
    values = np.array([[10.0, 20.0, 60.0]])
    np.testing.assert_allclose(compare_subjects(values), [[-30.0, -15.0, 45.0]])
