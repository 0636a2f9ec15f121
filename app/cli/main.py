"""The table of subcommands and what every one of them has in common: exit codes and error lines.

Exit code 0 is done, 1 is failed with one clear line on stderr, 2 is wrong usage.
"""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from cyclopts import App, CycloptsError
from rich.console import Console

from core.errors import JointlensError
from core.version import code_version

DONE, FAILED, USAGE = 0, 1, 2

#: Subcommand -> where its function stands, and what the list of commands says of it. The function is
#: imported when it is called, so that none pays for another.
COMMANDS = {
    "inspect": ("app.cli.inspect:inspect", "Open the window; the default, on a small demo without PROJECT."),
    "demo": ("app.cli.demo:demo", "Make a synthetic studio whose truth is known, and a project of it."),
    "import": ("app.cli.importing:import_dataset", "Make a project of a data set, checked beforehand."),
    "refit": ("app.cli.refit:refit", "Fit a joint regressor to bodies and labels."),
    "optimize": ("app.cli.optimize:optimize", "Make pseudo-ground-truth bodies."),
    "audit": (
        "app.cli.audit:audit",
        "Find labels that are wrong: findings, ranked, with verdict and evidence.",
    ),
    "flag": (
        "app.cli.flag:flag",
        "Flag labels as bad, list the flags, accept findings, or take a flag away.",
    ),
    "evaluate": ("app.cli.evaluate:evaluate", "Table I: every estimator with every regressor."),
    "reproduce": ("app.cli.reproduce:reproduce", "The paper's experiment in one go, into one report."),
    "regressor": ("app.cli.regressor:app", "Look a regressor file over, compare two, or accept a version."),
    "estimate": ("app.cli.estimate:estimate", "Estimate initial bodies from the pictures."),
    "mask": ("app.cli.mask:app", "Look over the masks that a project uses."),
    "segment": ("app.cli.segment:segment", "Make masks of the person, or take them over from files."),
    "export": ("app.cli.export:export", "Write regressors, bodies or flags to files."),
    "score": ("app.cli.score:score", "Compare a studio's project with its truth."),
    "bench": ("app.cli.bench:bench", "Measure speed and memory on this machine."),
    "doctor": ("app.cli.doctor:doctor", "Tell what is installed, what is missing, and the remedy."),
}


def build_app() -> App:
    """The parser, with every subcommand registered but none imported."""
    app = App(
        name="jointlens",
        version=code_version,
        help="Make the labels and bodies behind human-pose benchmarks trustworthy.",
        exit_on_error=False,
        print_error=False,
        result_action="return_value",
        suppress_keyboard_interrupt=False,
    )
    for name, (target, summary) in COMMANDS.items():
        app.command(target, name=name, help=summary)
    return app


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code."""
    # Torch's OpenMP threads otherwise spin for work and take the cores from the chunk threads.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    errors = Console(stderr=True, soft_wrap=True, highlight=False)
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not words or words[0] not in (*COMMANDS, "--help", "-h", "--version"):
        if words and words[0].isidentifier() and not Path(words[0]).exists():
            near = difflib.get_close_matches(words[0], COMMANDS, n=1)
            meant = f"did you mean {near[0]}?" if near else "see --help"
            errors.print(
                f"jointlens: {words[0]} is neither a command nor a project folder; {meant}", style="red"
            )
            return USAGE
        words.insert(0, "inspect")  # main.py PROJECT opens the window
    try:
        result = build_app()(words)
    except CycloptsError as error:
        errors.print(f"jointlens: {error}", style="red", markup=False)
        errors.print("jointlens: see --help", markup=False)
        return USAGE
    except JointlensError as error:
        errors.print(f"jointlens: {error}", style="red", markup=False)
        return FAILED
    except KeyboardInterrupt:
        errors.print("jointlens: stopped; what was done stays done", style="yellow")
        return FAILED
    return result if isinstance(result, int) else DONE
