"""What the fits of estimates say of a data set: above all which side is left, where its joints do not tell.

Estimators know left from right, since pictures of people do. So where the labelled joints cannot say it, as
without a nose, the bodies can.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite

from core.data.dataset import Dataset, Estimates
from core.data.plausibility import name_shots
from core.errors import DatasetError
from core.joints import list_missing_for_sides


def judge_fits(dataset: Dataset, right_share: float | None, estimates: Mapping[str, Estimates]) -> list[str]:
    """Sentences about left and right, and about estimates that do not fit their frames.

    Args:
        dataset: with the labels.
        right_share: of :func:`core.data.checks.measure_sides`; None where geometry does not tell left from
            right.
        estimates: estimator -> bodies matched with the frames.

    Raises:
        DatasetError: geometry does not tell left from right, and bodies fit with both exchanged alone.
    """
    fits = {
        name: estimated.fit
        for name, estimated in estimates.items()
        if estimated.fit is not None and isfinite(estimated.fit.median_mm)
    }
    holding = {name: fit for name, fit in fits.items() if fit.holds}
    notes = []
    if right_share is None:
        for name, fit in fits.items():
            if fit.sides_exchanged and not holding:
                raise DatasetError(
                    f"{dataset.labels_file or dataset.root}: the bodies of {name} lie {fit.median_mm:.0f} mm "
                    f"from the labels, and {fit.exchanged_mm:.0f} mm with left and right exchanged; exchange "
                    f"the names of left and right joints in {dataset.joint_set.name}, or leave {name} out if "
                    "its bodies are mirrored"
                )
        notes.append(f"left and right cannot be told by geometry: {_tell_reason(dataset)}")
        told = [
            f"the bodies of {name} say that they are right: {fit.median_mm:.0f} mm from the labels, "
            f"{fit.exchanged_mm:.0f} mm with left and right exchanged"
            + (f", but exchanged in {name_shots(fit.exchanged)}" if fit.exchanged else "")
            for name, fit in holding.items()
        ]
        notes[0] += f"; {told[0]}" if told else ""
    for name, fit in fits.items():
        if fit.sides_exchanged:
            notes.append(
                f"left and right of {name}'s bodies are exchanged: they lie {fit.exchanged_mm:.0f} mm from "
                f"the labels if that is undone, {fit.median_mm:.0f} mm as they are"
            )
        elif not fit.holds:
            notes.append(
                f"the bodies of {name} do not fit the labels of their frames: {fit.median_mm:.0f} mm, "
                f"{fit.shuffled_mm:.0f} mm with the frames shuffled; what is made from them will be wrong"
            )
    return notes


def _tell_reason(dataset: Dataset) -> str:
    missing = list_missing_for_sides(dataset.joint_set)
    if missing:
        return f"joint set {dataset.joint_set.name} has no {', '.join(missing)}"
    return "no frame has labels of all joints that it takes"
