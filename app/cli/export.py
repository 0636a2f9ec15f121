"""``export``: regressors, bodies, flags and figures as files for other programs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import CycloptsError, Parameter

from app.cli.output import Progress, emit
from core.data.body_export import Exporter
from core.data.export_kinds import ExportKind
from core.progress import ProgressCallback

if TYPE_CHECKING:
    from core.project.project import Project


def export(
    project: Path,
    what: ExportKind,
    /,
    *,
    to: Path,
    name: str | None = None,
    source: str | None = None,
    order: Literal["right-first", "left-first"] = "right-first",
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Write what a project holds as files, each with what it comes from: project, flags, code.

    Args:
        project: project folder.
        what: a regressor (.npy, .npz, .pt, .safetensors), bodies (.npz), flags (.csv, .json), figures (a
            folder of pictures in the paper's layout), the audit's matrix of subjects and joints (.png, .svg,
            .pdf), residuals of all labels in the frames of their bones (.csv), spin-npz (a data set file of
            SPIN's) or humandata (mmhuman3d's .npz), with the labels of joints that have Human3.6M's names, or
            neural-annot (a folder of JSON files), of numbered subjects and Human3.6M's actions alone.
        to: file or folder to write.
        name: of the regressor, e.g. J_opt.
        source: of the bodies: initial, an estimator or a run; the newest finished run without it, else
            initial; figures show run paper where there is one.
        order: of a regressor's legs: SPIN's and VIBE's code expects left-first.
        json: print one JSON document.
    """
    from core.project.project import Project

    if what == "regressor" and name is None:
        raise CycloptsError(msg="export regressor needs --name, e.g. --name J_opt")
    with Project.open(project, read_only=True) as opened, Progress() as progress:
        document: dict[str, Any] = {"what": what, "to": str(to), "provenance": opened.provenance()}
        if what == "regressor":
            assert name is not None
            sentence = _export_regressor(opened, name, to, order, document)
        elif what == "flags":
            from core.data.flags_file import export_flags

            count = export_flags(opened, to)
            document["flags"] = count
            sentence = f"Wrote {count} flags to {to}."
        elif what == "figures":
            from core.evaluate.figures.export import export_figures

            count = export_figures(opened, to, run=source, regressor=name, progress=progress)
            document["figures"] = count
            sentence = f"Wrote {count} figures to {to}."
        elif what == "matrix":
            opened.require_audit()  # before what takes seconds to load
            progress(0, 1, "drawing the matrix")
            from core.audit.offset_matrix import export_offset_matrix

            count = export_offset_matrix(opened, to)
            progress(1, 1, "drawing the matrix")
            document["cells"] = count
            sentence = f"Wrote the matrix of subjects and joints, {count} cells, to {to}."
        elif what == "residuals":
            from core.audit.residual_table import export_residuals

            chosen, told = _choose_source(opened, source)
            count = export_residuals(opened, to, source=chosen, progress=progress)
            document |= {"source": chosen, "labels": count}
            sentence = f"Wrote the residuals of {count} labels, by the bodies of {told}, to {to}."
        else:
            chosen, told = _choose_source(opened, source)
            count = _EXPORTERS[what](opened, chosen, to, progress=progress)
            document |= {"source": chosen, "bodies": count}
            sentence = f"Wrote {count} bodies of {told} to {to}."
            if what in ("spin-npz", "humandata"):
                document["labels_left_out"] = left_out = _list_foreign_joints(opened)
                if left_out:
                    sentence += f" The format has no place for the labels of {', '.join(left_out)}."
    emit(document, json, sentence)


def _choose_source(project: Project, source: str | None) -> tuple[str, str]:
    """Whose bodies are written, and what a person reads of it."""
    chosen = project.choose_source(source)
    if source is not None:
        return chosen, chosen
    is_run = chosen not in project.estimators()
    return chosen, f"{chosen} ({'the newest finished run' if is_run else 'initial; no run has finished'})"


def _list_foreign_joints(project: Project) -> list[str]:
    from core.data.body_export import match_human36m

    known, _ = match_human36m(project.joint_set)
    return [name for joint, name in enumerate(project.joint_set.names) if joint not in known]


def _export_regressor(
    project: Project,
    name: str,
    to: Path,
    order: Literal["right-first", "left-first"],
    document: dict[str, Any],
) -> str:
    from core.joints import H36M_17
    from core.regressor.files import write_regressor
    from core.regressor.snippets import write_snippet

    regressor = project.read_regressor(name)
    provenance = {**regressor.provenance, "exported": project.provenance()}
    write_regressor(replace(regressor, provenance=provenance), to, order=order, joint_set=project.joint_set)
    document |= {"name": name, "shape": list(regressor.weights.shape), "order": order}
    human36m = regressor.joint_set == H36M_17.name
    rows = order.replace("-", " leg ") if human36m else f"a row for each joint of {regressor.joint_set}"
    sentence = f"Wrote {name}, {rows}, to {to}."
    if human36m:
        document["snippets"] = {code: write_snippet(to, code, order) for code in ("spin", "vibe", "smplx")}
        sentence += "\n\n" + document["snippets"]["smplx"].rstrip()
    return sentence


def _export_bodies(
    project: Project, source: str, to: Path, /, *, progress: ProgressCallback | None = None
) -> int:
    from core.data.bodies_npz import export_bodies

    return export_bodies(project, source, to, progress=progress)


def _export_spin(
    project: Project, source: str, to: Path, /, *, progress: ProgressCallback | None = None
) -> int:
    from core.data.spin_export import export_spin_npz

    return export_spin_npz(project, source, to, progress=progress)


def _export_human_data(
    project: Project, source: str, to: Path, /, *, progress: ProgressCallback | None = None
) -> int:
    from core.data.human_data_export import export_human_data

    return export_human_data(project, source, to, progress=progress)


def _export_neural_annot(
    project: Project, source: str, to: Path, /, *, progress: ProgressCallback | None = None
) -> int:
    from core.data.neural_annot_export import export_neural_annot

    return export_neural_annot(project, source, to, progress=progress)


_EXPORTERS: dict[str, Exporter] = {
    "bodies": _export_bodies,
    "spin-npz": _export_spin,
    "humandata": _export_human_data,
    "neural-annot": _export_neural_annot,
}
