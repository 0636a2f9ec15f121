"""Parts of the body, by which its vertices' errors are told."""

from __future__ import annotations

import numpy as np

from core.body.files import load_body
from core.resources import resource_path
from core.studio.body_parts import find_parts


def test_every_vertex_is_of_one_part_and_lies_where_that_part_is():
    body = load_body(resource_path("demo_body.npz"))
    parts = find_parts(body)
    assert sorted(np.concatenate(list(parts.values())).tolist()) == list(range(len(body.v_template)))
    height = {part: body.v_template[vertices, 1].mean() for part, vertices in parts.items()}
    assert height["head"] > height["trunk"] > height["legs"] > height["feet"]
    reach = {part: np.abs(body.v_template[vertices, 0]).mean() for part, vertices in parts.items()}
    assert reach["hands"] > reach["arms"] > reach["trunk"]
