"""``export``: regressors, bodies and flags as files for other programs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import CycloptsError, Parameter

from app.cli.output import emit


def export(
    project: Path,
    what: Literal["regressor", "bodies", "flags"],
    /,
    *,
    to: Path,
    name: str | None = None,
    source: str = "initial",
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Write a project's regressor, bodies or flags, with the project, flags and code that they come from.

    Args:
        project: project folder.
        what: a regressor (.npy, .npz, .pt, .safetensors), bodies (.npz) or flags (.csv, .json).
        to: file to write.
        name: of the regressor, e.g. J_opt.
        source: of the bodies: initial, an estimator or a run.
        json: print one JSON document.
    """
    from core.project.project import Project

    if what == "regressor" and name is None:
        raise CycloptsError(msg="export regressor needs --name, e.g. --name J_opt")
    with Project.open(project, read_only=True) as opened:
        document: dict[str, Any] = {"what": what, "to": str(to), "provenance": opened.provenance()}
        if what == "regressor":
            from core.regressor.files import write_regressor

            assert name is not None
            regressor = opened.read_regressor(name)
            provenance = {**regressor.provenance, "exported": opened.provenance()}
            write_regressor(replace(regressor, provenance=provenance), to)
            document |= {"name": name, "shape": list(regressor.weights.shape)}
            sentence = f"Wrote {name}, right side first, to {to}."
        elif what == "bodies":
            from core.data.bodies_npz import export_bodies

            count = export_bodies(opened, source, to)
            document |= {"source": source, "bodies": count}
            sentence = f"Wrote {count} bodies of {source} to {to}."
        else:
            from core.data.flags_file import export_flags

            count = export_flags(opened, to)
            document["flags"] = count
            sentence = f"Wrote {count} flags to {to}."
    emit(document, json, sentence)
