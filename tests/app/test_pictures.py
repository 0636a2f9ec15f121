"""Every panel looks as it was last approved, dark and light, within what fonts and drivers make of it.

``JOINTLENS_APPROVE=1`` writes the pictures anew; look at them before they are kept.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QImage
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.overlay.overlay import Overlay
from app.panels.errors_panel import ErrorsPanel
from app.panels.flags_panel import FlagsPanel
from app.panels.frame_tree import FrameTree
from app.panels.inspector import Inspector
from app.panels.jobs_panel import JobsPanel
from app.panels.offset_panel import OffsetPanel
from app.panels.regressors_panel import RegressorsPanel
from app.panels.review_panel import ReviewPanel
from app.panels.terms_panel import TermsPanel
from app.session.appearance import Theme
from app.session.job_record import JobRecord
from app.session.optimisation import Energies, OptimisationState
from app.session.session import Session
from app.session.survey import RegressorErrors, Survey
from app.theme.application import apply_theme
from app.timeline.timeline import Timeline
from app.viewport.viewport import Viewport
from app.window.disposal import dispose
from core.project.finding import Finding
from core.project.flags import Flag

pytestmark = pytest.mark.window

PICTURES = Path(__file__).parent / "images"
APPROVE = bool(os.environ.get("JOINTLENS_APPROVE"))
#: Pixels of a picture for one that is kept: letters become grey, whatever their font.
SHRINK = 4
#: Grey levels by which a kept pixel may differ, share of pixels that may differ more, and their mean.
LEVEL, SHARE, MEAN = 28, 0.08, 6.0

SIZES: dict[type[QWidget], tuple[int, int]] = {
    FrameTree: (260, 300),
    Inspector: (260, 320),
    TermsPanel: (320, 560),
    RegressorsPanel: (320, 600),
    ErrorsPanel: (320, 500),
    ReviewPanel: (320, 600),
    OffsetPanel: (320, 460),
    FlagsPanel: (320, 360),
    JobsPanel: (640, 140),
    Timeline: (640, 160),
    Overlay: (400, 400),
    Viewport: (400, 400),
}


@pytest.fixture
def scene(shown: Session, finding: Finding, run_of: Callable[..., OptimisationState]) -> Session:
    """Something of everything that panels show."""
    shown.review.findings = (finding,)
    shown.review.look_at(finding.id)
    shown.review.bodies = "spin"
    shown.review.cells = [
        {
            "subject": subject,
            "joint": joint,
            "effect_mm": 41.0 if (subject, joint) == ("S5", "RAnkle") else 2.0 + row,
        }
        for row, subject in enumerate(shown.project.keys.subjects)
        for joint in shown.project.joint_set.names
    ]
    shown.review.narrow()
    shown.flags = (Flag("S5", "RAnkle", None, None, "it slid down the calf", id="f1"),)
    shown.select_joint(3)
    steps = np.arange(41)
    energies = tuple(
        Energies(
            int(step),
            {"joint": 1.0, "silhouette": 1.0},
            {"joint": float(np.exp(-step / 12)), "silhouette": float(np.exp(-step / 30))},
            float(np.exp(-step / 12) + np.exp(-step / 30)),
        )
        for step in steps
    )
    shown.set_optimisation(run_of(shown, iteration=40, shown=40, energies=energies))
    shown.jobs = (
        JobRecord(1, "refit", "Refit J_spin", "done", elapsed=12.0, message="160 bodies"),
        JobRecord(2, "audit", "Audit the labels", "running", done=3, total=6, message="screening"),
    )
    shown.errors.receive(survey(shown))
    return shown


def survey(session: Session) -> Survey:
    """Errors that grow from joint to joint and from shot to shot."""
    keys, joints = session.project.keys, len(session.project.joint_set)
    errors = RegressorErrors.empty(len(keys), len(keys.shots), joints)
    for number, shot in enumerate(keys.shots):
        values = np.tile(np.linspace(10.0, 90.0, joints) + 2 * number, (shot.stop - shot.start, 1))
        errors.add(shot.start, number, values, values / 4)
    unflagged = errors.copy()
    for number in [number for number, shot in enumerate(keys.shots) if shot.subject == "S5"]:
        unflagged.erase(number, np.arange(joints) == 3)
    return Survey("initial", {"J_std": errors}, len(keys), len(keys), {"J_std": unflagged})


@pytest.fixture(params=["dark", "light"])
def theme(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[Theme]:
    style, font = qapp.styleSheet(), qapp.font()
    apply_theme(qapp, request.param)
    yield request.param
    qapp.setStyleSheet(style)
    qapp.setFont(font)


@pytest.mark.parametrize("kind", SIZES, ids=lambda kind: kind.__name__)
def test_it_looks_as_approved(
    qtbot: QtBot, scene: Session, invoked: Callable[..., None], theme: Theme, kind: type[Any]
) -> None:
    scene.appearance.set_theme(theme)
    widget = kind(scene, invoked)
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    widget.resize(*SIZES[kind])
    with qtbot.waitExposed(widget):
        widget.show()
    if isinstance(widget, TermsPanel):
        widget.plot.draw_now()
    qtbot.wait(50)  # until layouts have settled
    try:
        compare(take_picture(widget), PICTURES / f"{kind.__name__}_{theme}.png")
    finally:
        if isinstance(widget, Viewport):
            widget.close_plotter()
        else:
            widget.ignore()
        dispose(widget)


def take_picture(widget: QWidget) -> np.ndarray:
    """What a widget shows, a quarter as large, (H, W) grey levels."""
    if isinstance(widget, Viewport):
        pixels = np.asarray(widget.take_picture()).astype(float).mean(axis=-1)
    else:
        image = widget.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
        memory = image.constBits()
        assert memory is not None
        rows = np.frombuffer(bytes(memory.asarray(image.sizeInBytes())), np.uint8)
        pixels = rows.reshape(image.height(), -1)[:, : image.width()].astype(float)
    height, width = (size // SHRINK * SHRINK for size in pixels.shape)
    blocks = pixels[:height, :width].reshape(height // SHRINK, SHRINK, width // SHRINK, SHRINK)
    return blocks.mean(axis=(1, 3))


def compare(picture: np.ndarray, path: Path) -> None:
    """Compare with what was approved."""
    if APPROVE:
        write_grey(picture, path)
    approved = read_grey(path)
    assert picture.shape == approved.shape, f"{path.name}: another size"
    difference = np.abs(picture - approved)
    share, mean = float((difference > LEVEL).mean()), float(difference.mean())
    told = f"{path.name}: {share:.1%} of it differ, by {mean:.1f} grey levels on average"
    assert share <= SHARE, told
    assert mean <= MEAN, told


def write_grey(picture: np.ndarray, path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    grey = np.ascontiguousarray(np.round(picture).astype(np.uint8))
    image = QImage(
        grey.tobytes(), grey.shape[1], grey.shape[0], grey.shape[1], QImage.Format.Format_Grayscale8
    )
    assert image.save(str(path), quality=0)


def read_grey(path: Path) -> np.ndarray:
    image = QImage(str(path)).convertToFormat(QImage.Format.Format_Grayscale8)
    assert not image.isNull(), f"{path}: is missing; approve it by JOINTLENS_APPROVE=1"
    memory = image.constBits()
    assert memory is not None
    rows = np.frombuffer(bytes(memory.asarray(image.sizeInBytes())), np.uint8)
    return rows.reshape(image.height(), -1)[:, : image.width()].astype(float)


def test_a_picture_that_differs_is_noticed(qtbot: QtBot, tmp_path: Path) -> None:
    picture = np.full((40, 60), 120.0)
    write_grey(picture, tmp_path / "a.png")
    if not APPROVE:
        compare(picture + 3, tmp_path / "a.png")
        changed = picture.copy()
        changed[:12, :30] = 200  # as large as a list that is missing
        with pytest.raises(AssertionError, match="differ"):
            compare(changed, tmp_path / "a.png")
