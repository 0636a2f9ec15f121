"""Commands that run a subcommand of the command line in the background, and go on with what was stopped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.commands.command import Command, Entry, Workspace
from core.data.export_kinds import ExportKind
from core.errors import SettingsError

#: Exports that are of the bodies shown unless others are named.
_OF_BODIES = ("bodies", "spin-npz", "humandata", "neural-annot")
#: Exports that are folders, and what a person is asked for.
_FOLDERS = {"figures": "A folder for the figures", "neural-annot": "A folder for NeuralAnnot's files"}


def evaluate_project(workspace: Workspace, *, protocol: str = "paper") -> None:
    """Evaluate every estimator with every regressor (Table I); the table opens when it is done."""
    workspace.jobs.evaluate(protocol)


def check_installation(workspace: Workspace) -> None:
    """Check what is installed and what is missing, with this project; the jobs' log has the remedies."""
    words = ("doctor", str(workspace.session.project.path))
    workspace.jobs.run_command_line(words, kind="doctor", title="Check the installation")


def reproduce_paper(
    workspace: Workspace, *, presets: str = "paper,jointlens_1v", estimates: str = "initial"
) -> None:
    """Make the paper's experiment in one go: runs, regressors, tables, figures and one report."""
    project = str(workspace.session.project.path)
    words = ("reproduce", project, "--presets", presets, "--estimates", estimates)
    workspace.session.check_writable()
    workspace.jobs.run_command_line(words, kind="reproduce", title=f"Reproduce with {presets}")


def segment_pictures(
    workspace: Workspace,
    *,
    backend: str = "background",
    masks: str | None = None,
) -> None:
    """Make masks of the person, or take them over from a folder of files."""
    workspace.session.check_writable()
    words = ["segment", str(workspace.session.project.path), "--backend", backend]
    if masks is not None:
        words += ["--masks", masks]
    workspace.jobs.run_command_line(tuple(words), kind="segment", title=f"Make masks with {backend}")


def export_files(
    workspace: Workspace,
    *,
    what: ExportKind,
    to: str,
    name: str | None = None,
    source: str | None = None,
) -> None:
    """Write what a project holds to a file, or figures and NeuralAnnot's files to a folder."""
    words = ["export", str(workspace.session.project.path), what, "--to", to]
    told = _resolve_export(workspace, {"what": what, "name": name, "source": source})
    name, source = told["name"], told["source"]
    if what == "regressor":
        words += ["--name", name]
    if source is not None:
        words += ["--source", source]
    workspace.jobs.run_command_line(tuple(words), kind="export", title=f"Export {what} to {Path(to).name}")


def _resolve_export(workspace: Workspace, given: dict[str, Any]) -> dict[str, Any]:
    """The regressor that is compared, or the bodies shown, where an export is of one and names none."""
    told, session = dict(given), workspace.session
    if told["what"] == "regressor":
        told["name"] = told.get("name") or session.compared_regressor
    elif told["what"] in _OF_BODIES:
        told["source"] = told.get("source") or session.body_source
    return told


def _ask_file(workspace: Workspace, given: dict[str, Any]) -> dict[str, Any] | None:
    if given["what"] in _FOLDERS:
        folder = workspace.require_desk().ask_folder(_FOLDERS[given["what"]])
        return None if folder is None else {**given, "to": str(folder)}
    names = {
        "regressor": (f"{given.get('name') or workspace.session.compared_regressor}.npy", "Arrays (*.npy)"),
        "bodies": ("bodies.npz", "Archives of arrays (*.npz)"),
        "flags": ("flags.csv", "Tables (*.csv);;JSON (*.json)"),
        "matrix": ("subjects_and_joints.png", "Pictures (*.png);;Drawings (*.svg *.pdf)"),
        "residuals": ("residuals.csv", "Tables (*.csv)"),
        "spin-npz": ("h36m_train.npz", "Archives of arrays (*.npz)"),
        "humandata": ("human_data.npz", "Archives of arrays (*.npz)"),
    }
    name, kinds = names[given["what"]]
    path = workspace.require_desk().ask_file_to_write(f"Export {given['what']}", name, kinds)
    return None if path is None else {**given, "to": str(path)}


def resume_run(workspace: Workspace, *, run: str | None = None) -> None:
    """Go on with a run that was stopped, as it was told when it began; the last one without ``run``."""
    open_runs = [record for record in workspace.session.project.runs() if record.state != "done"]
    chosen = [record for record in open_runs if run in (None, record.name)]
    if not chosen:
        known = ", ".join(record.name for record in open_runs)
        asked = f"run {run!r} is not one that was stopped" if run else "no run was stopped"
        raise SettingsError(f"{asked}; there is {known}" if known else asked)
    workspace.jobs.resume(chosen[-1])


COMMANDS = (
    Command("job.resume", resume_run, (Entry("Go on with the run that was stopped", menu="Optimise"),)),
    Command("job.evaluate", evaluate_project, (Entry("Evaluate all estimators", menu="Regressors"),)),
    Command("job.doctor", check_installation, (Entry("Check the installation", menu="Help"),)),
    Command("job.reproduce", reproduce_paper, (Entry("Reproduce the paper", menu="Regressors"),)),
    Command(
        "job.segment",
        segment_pictures,
        (Entry("Make masks from the background", {"backend": "background"}, menu="File"),),
    ),
    Command(
        "job.export",
        export_files,
        (
            Entry("Export the regressor…", {"what": "regressor"}, menu="File"),
            Entry("Export the bodies shown…", {"what": "bodies"}, menu="File"),
            Entry("Export the bodies shown as SPIN's data set…", {"what": "spin-npz"}, menu="File"),
            Entry("Export the bodies shown as HumanData…", {"what": "humandata"}, menu="File"),
            Entry("Export the bodies shown as NeuralAnnot's…", {"what": "neural-annot"}, menu="File"),
            Entry("Export the flags…", {"what": "flags"}, menu="File"),
            Entry("Export figures in the paper's layout…", {"what": "figures"}, menu="File"),
            Entry("Export the matrix of subjects and joints…", {"what": "matrix"}, menu="Review"),
            Entry("Export the residuals of all labels…", {"what": "residuals"}, menu="Review"),
        ),
        ask=_ask_file,
        resolve=_resolve_export,
    ),
)
