"""Colours of the report: those of the window's data, darkened so that they print on white."""

from __future__ import annotations

import zlib

LABEL = "#d6262c"
MASK = "#1f8f7d"
#: In the mask, not covered by the body; and the other way round.
MISSED = "#c2187a"
SPILLED = "#c98a00"
BODY = "#c9c4bb"
INK = "#1d2430"
MUTED = "#5b6675"

#: As in the window: J_std green, J_spin orange, J_opt blue.
REGRESSORS = {
    "J_std": "#2a9d55",
    "J_spin": "#e8862a",
    "J_opt": "#2f6fd6",
    "J_opt_jointlens_1v": "#1395a0",
    "J_opt_jointlens_4v": "#7d55d6",
    "J_opt_without_adversarial": "#b0559a",
    "J_opt_without_silhouette": "#8a8a2a",
    "J_opt_joint_only": "#70849c",
}
_SPARE = ("#a0784a", "#5a8f5a", "#c06060", "#4f6d8f")


def choose_color(regressor: str) -> str:
    """Colour of a regressor's joints; the same name always gives the same colour."""
    return REGRESSORS.get(regressor) or _SPARE[zlib.crc32(regressor.encode()) % len(_SPARE)]
