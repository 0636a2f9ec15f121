"""What this program is: version, licence, and what it stands on."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.theme.controls import make_button, make_label, make_note
from app.theme.fonts import TITLE_POINTS, text_font
from app.theme.spacing import GAP, ROOMY
from app.window.error_dialog import describe_machine
from core.device import describe_device

#: Packages that the window and the optimiser stand on, as they are installed.
_LIBRARIES = ("torch", "numpy", "scipy", "PyQt6", "pyvista", "vtk", "numba", "zarr")


class AboutDialog(QDialog):
    """Told once, with a button that checks the installation.

    Args:
        parent: the window that it opens over.
        invoke: runs a command by id with JSON arguments.
    """

    def __init__(self, parent: QWidget, invoke: Callable[..., Any]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("About Jointlens")
        self.setFixedWidth(520)
        title = make_label("Jointlens")
        title.setFont(text_font(TITLE_POINTS, bold=True))
        self.told = make_note()
        self.told.setText("\n\n".join(describe_program()))
        self.told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.told.setMinimumHeight(self.told.heightForWidth(self.width() - 2 * ROOMY))
        self.check, close = make_button("Check the installation"), make_button("Close", primary=True)
        self.check.setToolTip("Runs doctor in the background; the Jobs panel tells what is missing")
        self.check.clicked.connect(lambda: invoke("job.doctor"))
        close.clicked.connect(self.close)
        row = QHBoxLayout()
        row.addWidget(self.check)
        row.addStretch(1)
        row.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(ROOMY, ROOMY, ROOMY, ROOMY)
        column.setSpacing(GAP)
        column.addWidget(title)
        column.addWidget(self.told)
        column.addLayout(row)


def describe_program() -> tuple[str, ...]:
    """Paragraphs: what it is, version and machine, libraries, licence."""
    libraries = ", ".join(f"{name} {found}" for name in _LIBRARIES if (found := _find_version(name)))
    return (
        "An inspector of human-pose labels and joint regressors, after Hedlin, Rhodin and Yi, “A Simple"
        " Method to Boost Human Pose Estimation Accuracy by Correcting the Joint Regressor for the Human3.6m"
        " Dataset” (CRV 2022).",
        f"{describe_machine().strip()}; computes on: {describe_device()}",
        libraries,
        "The libraries keep their own licences: PyQt6 is under the GPL 3, smplx under the Max Planck"
        " Society's non-commercial research licence. The README tells whose work is inside, on what terms.",
    )


def _find_version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
