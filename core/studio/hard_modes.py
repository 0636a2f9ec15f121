"""Hard modes: what a studio leaves out that real data have, each to be switched on by itself."""

from __future__ import annotations

from collections.abc import Iterable

from core.errors import SettingsError

CLOTHING = "clothing"
BODY = "body"
WEAK_JSTD = "weak-jstd"

#: What each mode does.
HARD_MODES = {
    CLOTHING: "clothes stand off the body, and masks are 1-2 crop pixels too large throughout",
    BODY: "the true bodies lie outside what betas can express",
    WEAK_JSTD: "J_std is wrong by 0.6 of the usual distance",
}


def check_hard_modes(names: Iterable[str]) -> tuple[str, ...]:
    """The modes in a fixed order, each once.

    Raises:
        SettingsError: there is no such mode.
    """
    chosen = set(names)
    unknown = sorted(chosen - set(HARD_MODES))
    if unknown:
        raise SettingsError(
            f"hard mode {', '.join(map(repr, unknown))} is unknown; expected one or more of "
            f"{', '.join(HARD_MODES)}"
        )
    return tuple(mode for mode in HARD_MODES if mode in chosen)
