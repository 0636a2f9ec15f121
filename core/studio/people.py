"""The people of a studio: the shared body model, or that model moved beyond what its betas can say.

In hard mode ``body`` each subject's rest mesh is displaced by a smooth field of its own from which the part
that the betas could express is taken away, so that no betas give the true body.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from core.body.model import BodyModel
from core.body.reduced_body import reduce_body
from core.body.skinning import pose_vertices
from core.studio.streams import open_stream
from core.studio.subjects import SUBJECTS
from core.types import BodyParameters, FloatArray, IntArray

#: Mean length of a displacement, metres, and the length over which displacements are alike.
_DISPLACEMENT = 0.008
_SMOOTHNESS = 0.12
_WAVES = 48

#: Body model by subject; one and the same for all but in hard mode ``body``.
Bodies = Mapping[str, BodyModel]


def draw_body_displacements(seed: int, body: BodyModel) -> dict[str, FloatArray]:
    """Displacements (V, 3) of the rest vertices by subject, metres, outside the span of the betas."""
    span, _ = np.linalg.qr(body.shapedirs.reshape(-1, body.shapedirs.shape[-1]).astype(np.float64))
    rest = body.v_template.astype(np.float64)
    fields = {}
    for subject in SUBJECTS:
        stream = open_stream(seed, "displacements", subject)
        waves = stream.normal(size=(_WAVES, 3)) / _SMOOTHNESS
        ripples = np.cos(rest @ waves.T + stream.uniform(0, 2 * np.pi, size=_WAVES))  # [V, waves]
        field = ripples @ stream.normal(size=(_WAVES, 3))
        field -= (span @ (span.T @ field.reshape(-1))).reshape(-1, 3)
        fields[subject] = field * _DISPLACEMENT / np.linalg.norm(field, axis=1).mean()
    return fields


def displace_bodies(body: BodyModel, displacements: Mapping[str, FloatArray]) -> Bodies:
    """The body of every subject, its rest vertices moved by (V, 3) metres; ``body`` itself where by none."""
    return {
        subject: replace(
            body, v_template=(body.v_template + displacements[subject]).astype(body.v_template.dtype)
        )
        if subject in displacements
        else body
        for subject in SUBJECTS
    }


def reduce_bodies(bodies: Bodies, vertices: IntArray) -> Bodies:
    """As :func:`~core.body.reduced_body.reduce_body`, of everybody, by (n,) vertices."""
    reduced = {id(body): reduce_body(body, vertices) for body in bodies.values()}
    return {subject: reduced[id(body)] for subject, body in bodies.items()}


def pose_bodies(bodies: Bodies, subjects: Sequence[str], parameters: BodyParameters) -> FloatArray:
    """Vertices (N, V, 3) of bodies of these N subjects, metres."""
    parts = [(rows, pose_vertices(body, parameters[rows])) for body, rows in _group(bodies, subjects)]
    return _join(parts, len(subjects))


def find_rest_pelvises(bodies: Bodies, subjects: Sequence[str], betas: FloatArray) -> FloatArray:
    """Rest pelvis (N, 3) of bodies of these N subjects, metres."""
    parts = [(rows, body.rest_pelvis(betas[rows])) for body, rows in _group(bodies, subjects)]
    return _join(parts, len(subjects))


def _group(bodies: Bodies, subjects: Sequence[str]) -> Iterator[tuple[BodyModel, IntArray]]:
    """Each body that differs, with its rows."""
    rows: dict[int, list[int]] = {}
    for row, subject in enumerate(subjects):
        rows.setdefault(id(bodies[subject]), []).append(row)
    for listed in rows.values():
        yield bodies[subjects[listed[0]]], np.array(listed)


def _join(parts: Sequence[tuple[IntArray, FloatArray]], count: int) -> FloatArray:
    if len(parts) == 1:
        return parts[0][1]
    joined = np.empty((count, *parts[0][1].shape[1:]), parts[0][1].dtype)
    for rows, values in parts:
        joined[rows] = values
    return joined
