"""``score``: compare the project of a synthetic studio with its truth."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from cyclopts import CycloptsError, Parameter
from rich.console import Console

from app.cli.output import Progress, emit, make_table

#: Column -> what is printed of a body's scores, and how.
_BODY_COLUMNS = {
    "vertices": ("pve_mm", ".1f"),
    "vertices absolute": ("pve_abs_mm", ".1f"),
    "joints": ("mpjpe_true_mm", ".1f"),
    "IoU": ("iou", ".3f"),
    "turned, degrees": ("rotation_deg", ".1f"),
    "implausible": ("implausible_share", ".1%"),
    "acceleration, mm/frame²": ("acceleration_mm", ".1f"),
}


def score(
    directory: Path,
    /,
    *,
    beside: Annotated[tuple[Path, ...], Parameter(negative="", consume_multiple=True)] = (),
    clean: Path | None = None,
    before: str | None = None,
    after: str | None = None,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Compare the project of a synthetic studio with its truth.

    Fills in the report's section on the distance to the truth, where ``reproduce`` has written a report.

    Args:
        directory: folder that ``demo`` made, with dataset, truth and project.
        beside: other such folders, to see what a hard mode, a planted defect or another seed costs.
        clean: the same studio made with --clean-labels and fitted in the same way: tells how far a refit
            without flagged labels came back to where clean labels put the joints.
        before: with --clean, the regressor fitted with the bad labels, of this name in both projects.
        after: with --clean, the regressor fitted without them.
        json: print one JSON document.
    """
    from core.studio.score import score as score_studio

    if (clean is None) != (before is None) or (clean is None) != (after is None):
        raise CycloptsError(msg="--clean, --before and --after go together")
    with Progress() as progress:
        document = score_studio(directory, beside=beside, progress=progress)
    if clean is not None and before is not None and after is not None:
        from core.studio.recovery import measure_recovery

        document["recovery"] = measure_recovery(directory, clean, before=before, after=after)
    emit(document, json, lambda console: _print_scores(document, console))


def _print_scores(document: dict[str, Any], console: Console) -> None:
    for studio in (document, *document["beside"]):
        regressors = [
            [name, f"{scores['to_truth_mm']:.1f}", _show(scores["interval_mm"])]
            for name, scores in studio["regressors"].items()
        ]
        console.print(
            make_table(
                f"Synthetic studio {studio['directory']}: distance to the truth, mm",
                ["regressor", "joints", "95% interval"],
                regressors,
            )
        )
        columns = {
            title: (key, form)
            for title, (key, form) in _BODY_COLUMNS.items()
            if any(scores[key] is not None for scores in studio["bodies"].values())
        }
        bodies = [
            [
                name,
                *(
                    "-" if scores[key] is None else format(scores[key], form)
                    for key, form in columns.values()
                ),
            ]
            for name, scores in studio["bodies"].items()
        ]
        console.print(
            make_table("Synthetic studio: bodies against the true ones, mm", ["bodies", *columns], bodies)
        )
        if studio["masks"]:
            masks = studio["masks"]
            console.print(
                f"{masks['frames']} masks that were made overlap the true silhouettes by "
                f"{masks['mean_iou']:.3f} (median {masks['median_iou']:.3f}, lowest "
                f"{masks['lowest_iou']:.3f}); {masks['too_much']:.1%} too much, "
                f"{masks['missed']:.1%} missed.",
                markup=False,
            )
        if studio["audit"]:
            counts = [[kind, *map(str, found.values())] for kind, found in studio["audit"].items()]
            console.print(
                make_table("Synthetic studio: bad labels", ["kind", "planted", "found", "false"], counts)
            )
    for way in document.get("recovery", []):
        console.print(
            f"{way['joint']}, planted in {', '.join(way['subjects'])}: {way['moved_mm']:.1f} mm off with the "
            f"bad labels, {way['left_mm']:.1f} mm without the flagged ones; {way['share']:.0%} of the way "
            "back.",
            markup=False,
        )
    if document["report"]:
        console.print(f"Report: {document['report']}", markup=False)


def _show(bounds: list[float] | None) -> str:
    return "-" if bounds is None else f"{bounds[0]:.1f} to {bounds[1]:.1f}"
