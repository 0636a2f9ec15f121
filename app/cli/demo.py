"""``demo`` makes a synthetic studio with its project; ``score`` compares such a project with its truth."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter
from rich.console import Console

from app.cli.output import Progress, emit, make_table


def demo(
    directory: Path,
    /,
    *,
    seed: int = 0,
    size: Literal["small", "default", "audit"] = "default",
    clean_labels: Annotated[bool, Parameter(negative="")] = False,
    images: bool = True,
    hard: str = "",
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Make a synthetic studio: a data set whose truth is known, and a project on it.

    Writes DIR/dataset in Human3.6M's formats, DIR/truth, which only ``score`` reads, and DIR/project.

    Args:
        directory: folder to make; must not hold a studio yet.
        seed: decides everything.
        size: sequences a subject and instants a sequence: small 2 and 4, default 3 and 10, audit 6 and 40
            consecutive ones, with defects of every kind and without pictures.
        clean_labels: plant no defect in the labels.
        hard: what makes it harder, one or more of clothing,body,weak-jstd: clothes that stand off the body
            and masks too large, bodies beyond what betas express, a J_std that is less wrong.
        images: pictures are rendered when they are first needed; with --no-images never.
        json: print one JSON document.
    """
    from core.data.importing import import_project
    from core.optimize.translation import fill_translations
    from core.project.project import Project
    from core.studio.hard_modes import check_hard_modes
    from core.studio.make import make_studio
    from core.studio.paths import ESTIMATES, STANDARD_REGRESSOR
    from core.studio.sizes import get_size

    modes = check_hard_modes(word.strip() for word in hard.split(",") if word.strip())
    dataset, project = directory / "dataset", directory / "project"
    with Progress() as progress:
        make_studio(
            directory,
            seed=seed,
            size=size,
            clean_labels=clean_labels,
            images=images,
            hard=modes,
            progress=progress,
        )
        import_project(
            project,
            dataset=dataset,
            format="h36m-fetch",
            body=dataset / "body" / "SMPL_NEUTRAL.pkl",
            estimates={name: dataset / path for name, path in ESTIMATES.items()},
            regressors={"J_std": dataset / STANDARD_REGRESSOR},
            progress=progress,
        )
        with Project.open(project) as opened:
            for number, name in enumerate(ESTIMATES):
                fill_translations(opened, name)
                progress(number + 1, len(ESTIMATES), "placing bodies")
            frames = len(opened.keys)
    document = {
        "kind": "synthetic studio",
        "seed": seed,
        "size": size,
        "clean_labels": clean_labels,
        "images": images and get_size(size).pictures,
        "hard": modes,
        "frames": frames,
        "dataset": str(dataset),
        "truth": str(directory / "truth"),
        "project": str(project),
    }
    emit(
        document,
        json,
        f"A synthetic studio of {frames} frames, seed {seed}, lies in {directory}; its project is {project}.",
    )


def score(directory: Path, /, *, json: Annotated[bool, Parameter(negative="")] = False) -> None:
    """Compare the project of a synthetic studio with its truth.

    Args:
        directory: folder that ``demo`` made, with dataset, truth and project.
        json: print one JSON document.
    """
    from core.studio.score import score as score_studio

    with Progress() as progress:
        document = score_studio(directory, progress=progress)
    emit(document, json, lambda console: _print_scores(document, console))


def _print_scores(document: dict[str, Any], console: Console) -> None:
    regressors = [[name, f"{scores['to_truth_mm']:.1f}"] for name, scores in document["regressors"].items()]
    console.print(
        make_table("Synthetic studio: distance to the truth, mm", ["regressor", "joints"], regressors)
    )
    columns = {"pve_mm": ".1f", "pve_abs_mm": ".1f", "mpjpe_true_mm": ".1f", "iou": ".3f"}
    bodies = [
        [name, *("-" if scores[key] is None else format(scores[key], form) for key, form in columns.items())]
        for name, scores in document["bodies"].items()
    ]
    console.print(
        make_table(
            "Synthetic studio: bodies against the true ones, mm",
            ["bodies", "vertices", "vertices absolute", "joints", "IoU"],
            bodies,
        )
    )
