"""The table of energy terms; every module here is one term, and other packages may add theirs.

The weights and switches of a run stand in :class:`core.optimize.settings.Settings`. This table is all that a
window or a command line needs in order to offer the terms, so nothing heavy is imported for it.

Notation: ``X`` 3D labels, ``x`` 2D labels, ``S`` mask, ``J`` joint regressor, ``Phi(theta)`` vertices of
the body with parameters theta, ``P`` projection with the camera's distortion, ``R`` silhouette, ``D``
discriminators, ``beta`` shape, ``Theta`` rotations.
"""

from __future__ import annotations

from core.energy.term import Term
from core.registry import collect_records

TERMS: dict[str, Term] = dict(
    sorted(
        collect_records(__name__, "TERM", Term, group="jointlens.terms").items(),
        key=lambda item: (item[1].place, item[0]),
    )
)
