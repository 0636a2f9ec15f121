"""The table of subcommands and what every one of them has in common: exit codes and error lines.

Exit code 0 is done, 1 is failed with one clear line on stderr, 2 is wrong usage.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from cyclopts import App, CycloptsError
from rich.console import Console

from core.errors import JointlensError
from core.version import code_version

DONE, FAILED, USAGE = 0, 1, 2

#: Subcommand -> where its function stands; imported when it is called, so that none pays for another.
COMMANDS = {
    "inspect": "app.cli.inspect:inspect",
    "demo": "app.cli.demo:demo",
    "import": "app.cli.importing:import_dataset",
    "refit": "app.cli.refit:refit",
    "optimize": "app.cli.optimize:optimize",
    "flag": "app.cli.flag:flag",
    "evaluate": "app.cli.evaluate:evaluate",
    "reproduce": "app.cli.reproduce:reproduce",
    "regressor": "app.cli.regressor:app",
    "export": "app.cli.export:export",
    "score": "app.cli.demo:score",
    "doctor": "app.cli.doctor:doctor",
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
    )
    for name, target in COMMANDS.items():
        app.command(target, name=name)
    return app


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code."""
    # Torch's OpenMP threads otherwise spin for work and take the cores from the chunk threads.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    errors = Console(stderr=True, soft_wrap=True, highlight=False)
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not words or words[0] not in (*COMMANDS, "--help", "-h", "--version"):
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
