"""Regressors that judge a subject without having seen it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from core.audit.alignment import align_rigid
from core.audit.observations import Observations
from core.body.model import BodyModel
from core.body.skinning import pose_vertices
from core.joints import JointSet
from core.regressor.fit import FitBlock, RegressorFit
from core.types import BodyParameters, FloatArray

#: The regressor that centres the candidates of those that judge.
START = "J_std"
#: Views that the regressors are fitted to, spread evenly over all sequences; more change little.
SAMPLE = 840
#: Every so many of them narrow the candidate vertices in a first fit.
_THINNED = 4
_BLOCK = 128


def fit_without_each_subject(
    model: BodyModel,
    read_bodies: Callable[[NDArray[np.intp]], BodyParameters],
    observations: Observations,
    *,
    start: FloatArray,
    joint_set: JointSet,
    passes: int = 2,
) -> FloatArray:
    """One regressor a subject, fitted to the labels of all the others.

    Bodies are turned and moved onto their labels first, as a person would lay one over the other: an
    estimator's overall orientation and place say nothing about its joints.

    Args:
        model: the body model.
        read_bodies: bodies of some rows of the project.
        observations: labels and which of them may vouch.
        start: (J, V) regressor that centres the candidates and lays the bodies over the labels at first.
        joint_set: of the labels.
        passes: how often bodies are laid over labels and regressors fitted.

    Returns:
        (S, J, V) for the S subjects; with a single subject its own regressor, there being no other.
    """
    step = max(1.0, len(observations) / SAMPLE)
    sample = np.unique(np.arange(0, len(observations), step).astype(np.intp))
    parameters, usable = read_bodies(observations.rows[sample]), observations.usable[sample]
    labels, subjects = observations.labels[sample], observations.subjects[sample]
    vertices = pose_vertices(model, parameters)
    weights: FloatArray = np.asarray(start, dtype=np.float64)

    def read(chosen: NDArray[np.intp]) -> Iterator[FitBlock]:
        for first in range(0, len(chosen), _BLOCK):
            part = chosen[first : first + _BLOCK]
            yield FitBlock(laid[part], labels[part], usable[part] & known[part, None])

    rest = model.v_template.astype(np.float64)
    for _ in range(passes):
        support = np.flatnonzero(weights.any(axis=0))
        joints = weights[:, support] @ vertices[:, support].astype(np.float64)
        alignment = align_rigid(joints, labels, usable, scale=np.ones(len(sample)))
        known = np.asarray(np.isfinite(alignment.t).all(axis=1))
        laid = alignment.apply(vertices.astype(np.float64)).astype(np.float32)
        fit = RegressorFit(alignment="absolute", keep_unlabelled=True).fit(
            lambda: read(np.arange(len(sample))),
            start=start,
            rest_vertices=rest,
            joint_set=joint_set,
            read_sample=lambda: read(np.arange(0, len(sample), _THINNED)),
        )
        weights = fit.weights_
    names = range(len(observations.instants.subject_names))
    if len(names) < 2:
        return weights[None]
    return np.stack(
        [
            fit.fit_without(lambda name=name: read(np.flatnonzero(subjects == name)))  # type: ignore[misc]
            for name in names
        ]
    )
