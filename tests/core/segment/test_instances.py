"""Of the people that a segmenter finds, the labelled one is taken."""

from __future__ import annotations

import numpy as np

from core.segment.instances import choose_instance


def test_the_instance_at_the_body_s_place_is_taken() -> None:
    body = np.zeros((20, 20), bool)
    body[5:15, 5:10] = True
    somebody, person = np.roll(body, 10, axis=1), np.roll(body, 1, axis=1)
    masks, scores = np.stack([somebody, person]), np.array([0.99, 0.6])
    assert choose_instance(masks, scores, body) is not None
    np.testing.assert_array_equal(choose_instance(masks, scores, body), person)
    np.testing.assert_array_equal(choose_instance(masks, scores, None), somebody)
    assert choose_instance(masks[:1], scores[:1], body) is None
    assert choose_instance(masks[:0], scores[:0], body) is None
