"""What can be exported, by the names that the command line and the window's commands use."""

from __future__ import annotations

from typing import Literal

#: ``figures`` and ``neural-annot`` are folders, all others files; docs/formats.md tells what is in them.
ExportKind = Literal[
    "regressor",
    "bodies",
    "flags",
    "figures",
    "matrix",
    "residuals",
    "spin-npz",
    "humandata",
    "neural-annot",
]
