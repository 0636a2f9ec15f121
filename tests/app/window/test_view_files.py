"""A view is written to a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PyQt6.QtGui import QImage

from app.panels.errors_panel import ErrorsPanel
from app.session.session import Session
from app.window.view_files import write_widget
from core.errors import JointlensError

pytestmark = pytest.mark.window
View = Callable[[type], object]


def test_a_view_is_written_as_png_or_svg(build: View, surveyed: Session, tmp_path: Path) -> None:
    panel = build(ErrorsPanel)
    write_widget(panel, tmp_path / "errors.png")
    assert QImage(str(tmp_path / "errors.png")).width() == 2 * panel.width()
    write_widget(panel, tmp_path / "errors.svg")
    assert b"<svg" in (tmp_path / "errors.svg").read_bytes()
    with pytest.raises(JointlensError, match=r"ends in \.png or \.svg"):
        write_widget(panel, tmp_path / "errors.bmp")
