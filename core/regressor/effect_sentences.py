"""What leaving flagged labels out of a refit did, in words; light to import."""

from __future__ import annotations

from typing import Any

from core.words import name_joint, spell


def describe_effect(effect: dict[str, Any]) -> str:
    """One joint's change in a sentence.

    ``Without the flagged labels the left ankle moves by 6.2 mm and lies 3.1 mm nearer to the unflagged labels
    of four subjects (95% interval 1.2 to 5.0): 9.8 → 6.7 mm, each subject judged by a fit without it.``

    Args:
        effect: of :func:`core.optimize.flag_comparison.compare_with_flagged`.
    """
    side = "nearer to" if effect["nearer_mm"] >= 0 else "farther from"
    nearer, number, ends = effect["nearer_mm"], len(effect["subjects"]), _find_ends(effect)
    told = f" (95% interval {_write_ends(ends)})" if ends is not None else ""
    unsettled = ends is not None and ends[0] <= 0
    doubt = " The interval holds zero: these subjects cannot settle it." if unsettled else ""
    return (
        f"Without the flagged labels the {name_joint(effect['joint'])} moves by {effect['moved_mm']:.1f} mm "
        f"and lies {abs(nearer):.1f} mm {side} the unflagged labels "
        f"of {spell(number)} subject{'s' * (number > 1)}{told}: {effect['with_mm']:.1f} → "
        f"{effect['without_mm']:.1f} mm, each subject judged by a fit without it.{doubt}"
    )


def summarise_effect(effect: dict[str, Any]) -> str:
    """The same in a line: ``left ankle 9.8 → 6.7 mm, 3.1 nearer (95% 1.2 to 5.0)``."""
    nearer, ends = effect["nearer_mm"], _find_ends(effect)
    told = f" (95% {_write_ends(ends)})" if ends is not None else ""
    return (
        f"{name_joint(effect['joint'])} {effect['with_mm']:.1f} → {effect['without_mm']:.1f} mm, "
        f"{abs(nearer):.1f} {'nearer' if nearer >= 0 else 'farther'}{told}"
    )


def _find_ends(effect: dict[str, Any]) -> tuple[float, float] | None:
    """The interval of how much nearer or farther a joint lies, whichever it does."""
    if effect["interval_mm"] is None:
        return None
    low, high = effect["interval_mm"]
    return (low, high) if effect["nearer_mm"] >= 0 else (-high, -low)


def _write_ends(ends: tuple[float, float]) -> str:
    return f"{ends[0]:.1f} to {ends[1]:.1f}".replace("-", "−")
