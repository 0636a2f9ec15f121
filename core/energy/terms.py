"""The table of energy terms: what each is, where it comes from and what it cannot do without.

The code of a term stands in the module of its name; the weights and switches of a run stand in
:class:`core.optimize.settings.Settings`. This module is all that a window or a command line needs in
order to offer the terms, so it imports nothing heavy.

Notation: ``X`` 3D labels, ``x`` 2D labels, ``S`` mask, ``J`` joint regressor, ``Phi(theta)`` vertices of
the body with parameters theta, ``P`` projection with the camera's distortion, ``R`` silhouette, ``D``
discriminators, ``beta`` shape, ``Theta`` rotations.
"""

from __future__ import annotations

from dataclasses import dataclass

PAPER = "Hedlin, Rhodin, Yi, CRV 2022"


@dataclass(frozen=True)
class Term:
    """One row of the table.

    Attributes:
        id: the name that settings, commands and files use.
        name: what a person reads.
        formula: per body, in one line.
        source: paper and equation.
        needs: what has to be there for the term to mean anything: ``labels``, ``keypoints``, ``mask``,
            ``translation``, ``neighbours``.
        on_by_default: whether preset ``paper`` uses it.
    """

    id: str
    name: str
    formula: str
    source: str
    needs: tuple[str, ...]
    on_by_default: bool


TERMS: dict[str, Term] = {
    term.id: term
    for term in (
        Term(
            "joint",
            "Joints",
            "mean ||X - J Phi(theta)||²",
            f"{PAPER}, equation 3",
            ("labels",),
            True,
        ),
        Term(
            "silhouette",
            "Silhouette",
            "mean (S - R(P Phi(theta)))²",
            f"{PAPER}, equation 4; exact contour coverage in place of a soft rasteriser",
            ("mask", "translation"),
            True,
        ),
        Term(
            "adversarial",
            "Adversarial prior",
            "mean (1 - D(Theta))² + (1 - D(beta))²",
            f"{PAPER}, equations 5 and 6; discriminators as in Kanazawa et al., CVPR 2018",
            (),
            True,
        ),
        Term(
            "reprojection",
            "Reprojection",
            "mean ||x - P J Phi(theta)||², crop pixels",
            f"{PAPER}, abstract and released code",
            ("keypoints", "translation"),
            False,
        ),
        Term(
            "initial_pose",
            "Initial pose",
            "||Theta - Theta_initial||², rotation matrices",
            "Jointlens",
            (),
            False,
        ),
        Term(
            "shape_prior",
            "Shape prior",
            "||beta||²",
            "Bogo et al., Keep it SMPL, ECCV 2016, E_beta",
            (),
            False,
        ),
        Term(
            "smoothness",
            "Smoothness",
            "mean ||J Phi(theta_t-1) - 2 J Phi(theta_t) + J Phi(theta_t+1)||²",
            "Jointlens; frames of one camera at equal steps of at most 0.1 s",
            ("translation", "neighbours"),
            False,
        ),
        Term(
            "angle_limits",
            "Angle limits",
            "sum exp(bend), knees and elbows, the wrong way positive",
            "Bogo et al., Keep it SMPL, ECCV 2016, E_a",
            (),
            False,
        ),
    )
}

#: What a missing need is called when a term has to stay off.
NEEDS: dict[str, str] = {
    "labels": "no usable 3D joint labels",
    "keypoints": "no usable 2D joint labels",
    "mask": "no mask of the person",
    "translation": "the body's distance from the camera is unknown",
    "neighbours": "no three frames of one camera that follow each other closely are optimised together",
}
