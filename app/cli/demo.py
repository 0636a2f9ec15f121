"""``demo``: make a synthetic studio with its project."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter
from cyclopts.validators import Number

from app.cli.output import Progress, emit
from app.cli.studio_pictures import draw_missing_pictures


def demo(
    directory: Path,
    /,
    *,
    seed: int = 0,
    size: Literal["small", "default", "audit"] = "default",
    clean_labels: Annotated[bool, Parameter(negative="")] = False,
    images: bool = True,
    hard: str = "",
    mask_noise: float = 1.0,
    frames: Annotated[int | None, Parameter(validator=Number(gte=1))] = None,
    offset_mm: float | None = None,
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
        mask_noise: factor on how far the masks' borders are off, to see what that costs; 1 is the studio.
        frames: make DIR/many besides, a project that shows the studio's frames again and again, in more takes
            of its sequences, until there are so many: to try what a million cost. Its pictures are rendered
            at once.
        offset_mm: how far the joints are off that are planted off in a subject, to see how small an offset is
            found; 30 to 60 at random without it.
        images: pictures are rendered when they are first needed; with --no-images never.
        json: print one JSON document.
    """
    from core.data.importing import import_project
    from core.optimize.translation import fill_translations
    from core.project.project import Project
    from core.project.repetition import repeat_frames
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
            mask_noise=mask_noise,
            offset_mm=offset_mm,
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
            count, many = len(opened.keys), None
            if frames is not None:
                if images and get_size(size).pictures:
                    draw_missing_pictures(opened, progress)
                progress(0, 1, f"repeating frames up to {frames}")
                many = repeat_frames(opened, directory / "many", frames=frames)
    document = {
        "kind": "synthetic studio",
        "seed": seed,
        "size": size,
        "clean_labels": clean_labels,
        "images": images and get_size(size).pictures,
        "hard": modes,
        "mask_noise": mask_noise,
        "frames": count,
        "many_frames": many,
        "offset_mm": offset_mm,
        "dataset": str(dataset),
        "truth": str(directory / "truth"),
        "project": str(project),
        "many": None if many is None else str(directory / "many"),
    }
    told = "" if many is None else f" {directory / 'many'} shows its frames again and again, {many} in all."
    emit(
        document,
        json,
        f"A synthetic studio of {count} frames, seed {seed}, lies in {directory}; its project is {project}."
        + told,
    )
