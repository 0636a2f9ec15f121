"""``regressor``: look regressor files over and compare them, and say which version of a project's counts."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, CycloptsError, Parameter
from rich.console import Console

from app.cli.output import emit, make_table
from app.session.durations import tell_time
from core.errors import RegressorError

if TYPE_CHECKING:
    from core.body.model import BodyModel
    from core.joints import JointSet
    from core.regressor.order import Order
    from core.types import FloatArray

app = App(
    name="regressor",
    help="Look joint regressor files over, compare them, and accept versions of a project's.",
)


@app.command
def lint(
    file: Path,
    /,
    *,
    body: Path | None = None,
    joints: str | None = None,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Tell a regressor file's order, normalisation, support and topology.

    Ends with 1 where there are problems: the order cannot be told, rows are exchanged, or it belongs to
    another mesh. Weights that want normalising, which importing does, and warnings are no problems.

    Args:
        file: .npy, .npz, .safetensors or .pt.
        body: the body model that it is for; without it, SMPL's numbering or the demo body tell the order.
        joints: the joint set of its rows: h36m-17, coco-17, openpose-25, or a JSON file; what the file tells,
            or FILE.json that export wrote beside it, without; h36m-17 where neither tells.
        json: print one JSON document.
    """
    from core.regressor.lint import lint_regressor

    report = lint_regressor(file, _load_body(body), _find_joints(file, joints))
    emit(report, json, lambda console: _print_report(console, report))
    if report["problems"]:
        raise RegressorError(f"{file}: {report['problems'][0]}")


@app.command
def diff(
    first: Path,
    second: Path,
    /,
    *,
    body: Path | None = None,
    joints: str | None = None,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Tell how two regressor files differ, joint by joint, whichever leg comes first in each.

    Args:
        first: .npy, .npz, .safetensors or .pt.
        second: the other file.
        body: the body model that both are for; with it, distances on its rest mesh are told.
        joints: the joint set of both's rows: h36m-17, coco-17, openpose-25, or a JSON file; as the first file
            tells without.
        json: print one JSON document.
    """
    from core.regressor.compare import diff_regressors

    model, joint_set = _load_body(body), _find_joints(first, joints)
    (ours, order), (theirs, other) = (_read_right_first(file, model, joint_set) for file in (first, second))
    report = diff_regressors(ours, theirs, model, joint_set=joint_set)
    document = {"first": str(first), "second": str(second), "orders": [order, other], **report}
    emit(document, json, lambda console: _print_difference(console, document))


@app.command(name="list")
def list_versions(project: Path, /, *, json: Annotated[bool, Parameter(negative="")] = False) -> None:
    """List a project's regressors, every version of each, and which one its name means.

    Of those that were fitted here it tells which labels were left out, and whether flags have changed since.

    Args:
        project: project folder.
        json: print one JSON document.
    """
    from core.project.fitted_flags import compare_flags
    from core.project.project import Project

    with Project.open(project, read_only=True) as opened:
        regressors: dict[str, list[dict[str, Any]]] = {}
        for name in opened.regressor_names():
            regressors[name] = []
            for version in opened.regressor_versions(name):
                flags = compare_flags(opened, opened.read_regressor(name, version.version))
                told = {
                    "fitted": flags.sentence if flags is not None else None,
                    "flags_changed": flags is not None and flags.changed,
                }
                regressors[name].append(asdict(version) | told)
    emit({"regressors": regressors}, json, lambda console: _print_versions(console, regressors))


@app.command
def accept(
    project: Path,
    name: str,
    version: int | None = None,
    /,
    *,
    withdraw: Annotated[bool, Parameter(negative="")] = False,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Have a regressor's name mean one version from now on, whatever is refitted later.

    Tables, exports, runs and the window then use it. An edit of the project, which the window can undo.

    Args:
        project: project folder.
        name: of the regressor, e.g. J_opt.
        version: of it, as regressor list numbers them; the newest without.
        withdraw: have the name mean its newest version again.
        json: print one JSON document.
    """
    from core.project.acceptance import accept_regressor, withdraw_acceptance
    from core.project.project import Project

    if withdraw and version is not None:
        raise CycloptsError(msg="--withdraw takes back whatever version is accepted; leave the version out")
    with Project.open(project) as opened:
        if withdraw:
            withdraw_acceptance(opened, name)
            accepted, sentence = None, f"{name} means its newest version again."
        else:
            accepted = accept_regressor(opened, name, version)
            sentence = f"{name} means version {accepted} from now on."
        document = {"name": name, "accepted": accepted, "provenance": opened.provenance()}
    emit(document, json, sentence)


def _load_body(path: Path | None) -> BodyModel | None:
    from core.body.files import load_body

    return None if path is None else load_body(path)


def _find_joints(file: Path, joints: str | None) -> JointSet:
    from core.joints_file import find_joint_set
    from core.regressor.files import find_own_joint_set

    return find_own_joint_set(file) if joints is None else find_joint_set(joints)


def _read_right_first(path: Path, body: BodyModel | None, joint_set: JointSet) -> tuple[FloatArray, Order]:
    from core.regressor.files import normalise_rows, read_matrix
    from core.regressor.lint import lint_regressor
    from core.regressor.order import to_right_first

    report = lint_regressor(path, body, joint_set)
    if report["order"] is None:
        raise RegressorError(f"{path}: {report['problems'][0]}")
    weights = normalise_rows(read_matrix(path, joint_set)[0], path)
    return to_right_first(weights, report["order"]), report["order"]


def _print_versions(console: Console, regressors: dict[str, list[dict[str, Any]]]) -> None:
    rows = [
        [
            name,
            str(version["version"]),
            tell_time(version["created"]),
            "accepted" * version["accepted"],
            version["fitted"] or "",
        ]
        for name, versions in regressors.items()
        for version in versions
    ]
    columns = ["name", "version", "created", "", "labels left out"]
    console.print(make_table("Regressors", columns, rows, words=["created", "", "labels left out"]))


def _print_report(console: Console, report: dict[str, Any]) -> None:
    told_by = f" (by {report['order_told_by']})" if report["order_told_by"] else ""
    sums = report["row_sums"]
    lines = [
        f"{report['file']}: {len(sums)} joints, {report['joint_set']}, of {report['vertices']} vertices",
        f"  order       {report['order'] or 'cannot be told'}{told_by}",
        f"  weights     {report['positive_weights']} positive, {report['negative_weights']} negative",
        f"  row sums    {min(sums):.4f} to {max(sums):.4f}"
        + ("; rectify and normalise before use" if report["needs_normalising"] else ""),
        f"  support     {min(report['support'])} to {max(report['support'])} vertices a joint",
        f"  topology    {report['topology'] or 'the file does not say'}",
        *(
            f"  {entry['joint']:<11} {entry['to_place_mm']:.0f} mm from its place, "
            f"{entry['to_surface_mm']:.0f} mm from the surface"
            for entry in report["joints"]
        ),
        *(f"  problem     {problem}" for problem in report["problems"]),
        *(f"  warning     {warning}" for warning in report["warnings"]),
    ]
    for line in lines:
        console.print(line, markup=False)


def _print_difference(console: Console, document: dict[str, Any]) -> None:
    with_distance = document["mean_distance_mm"] is not None
    columns = ["joint", "moved weight", "shared", "only first", "only second"] + ["mm"] * with_distance
    rows = [
        [
            entry["joint"],
            f"{100 * entry['moved_weight']:.1f}%",
            *(str(entry[key]) for key in ("shared_vertices", "only_first", "only_second")),
            *([f"{entry['distance_mm']:.1f}"] if with_distance else []),
        ]
        for entry in document["joints"]
    ]
    title = "identical" if document["identical"] else f"{document['first']} against {document['second']}"
    console.print(make_table(title, columns, rows))
    first, second = document["orders"]
    if first != second:
        console.print(f"The first is {first}, the second {second}; rows are compared joint by joint.")
    if not any(entry["shared_vertices"] for entry in document["joints"]):
        console.print("They share no vertex: most likely they are for meshes that number theirs differently.")
