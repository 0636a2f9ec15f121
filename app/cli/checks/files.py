"""The user's own files: a body model, and what a project refers to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from app.cli.checks.check import Check
from core.errors import JointlensError

#: Frames of a project whose picture and mask are looked for.
_LOOKED_AT = 50
_WHERE_FROM = "SMPL may not be redistributed: get it from https://smpl.is.tue.mpg.de"


def check_body(path: Path | None) -> Iterator[Check]:
    """A body model file, or where to get one."""
    if path is None:
        yield Check(
            "body model",
            "optional",
            "none was named; real data needs SMPL, the studio does not",
            f"{_WHERE_FROM}, then jointlens doctor --body SMPL_NEUTRAL.pkl",
        )
        return
    from core.body.files import load_body
    from core.body.topology import check_closed

    try:
        body = load_body(path)
        check_closed(body.faces)
    except JointlensError as error:
        yield Check("body model", "missing", str(error), f"fetch the file again; {_WHERE_FROM}")
        return
    yield Check(
        "body model", "ok", f"{path}: {len(body.v_template)} vertices, topology {body.topology}, closed"
    )


def check_project(path: Path) -> Iterator[Check]:
    """What a project needs from outside its folder."""
    import numpy as np

    from core.project.project import Project

    try:
        project = Project.open(path, read_only=True)
    except JointlensError as error:
        yield Check("project", "missing", str(error), "give the folder that import or demo made")
        return
    with project:
        yield Check("project", "ok", f"{path}: {len(project.keys)} frames, {len(project.runs())} runs")
        try:
            body = project.body()
            yield Check("project's body", "ok", f"{body.name}, topology {body.topology}")
        except JointlensError as error:
            yield Check(
                "project's body", "missing", str(error), f"put the file back where it was; {_WHERE_FROM}"
            )
        root = project.dataset_root
        if not root.is_dir():
            yield Check("data set", "missing", f"{root} is not there", "mount or move it back to that place")
            return
        rows = np.unique(np.linspace(0, len(project.keys) - 1, _LOOKED_AT).astype(int)).tolist()
        pictures = [project.image_path(row).is_file() for row in rows]
        masks = [path is not None and path.is_file() for path in map(project.mask_path, rows)]
        for name, there, without in (
            (
                "pictures",
                pictures,
                "drawn when first shown" if project.synthetic else "labels alone are shown",
            ),
            ("masks", masks, "jointlens segment PROJECT makes them"),
        ):
            share = f"{sum(there)} of {len(there)} that were looked for"
            if all(there):
                yield Check(name, "ok", share)
            else:
                yield Check(name, "optional", share, without)
