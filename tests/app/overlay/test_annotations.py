"""The overlay's legend keeps away from the person, and stays where it is while it can."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import QPointF, QRectF
from PyQt6.QtGui import QImage, QPainter, QPolygonF
from pytestqt.qtbot import QtBot

from app.overlay.annotations import LegendRow, draw_legend, draw_note

WITHIN = QRectF(0, 0, 400, 400)
ROWS = [LegendRow("Label", "#ff0000"), LegendRow("J_std", "#00ff00", "12.3 mm")]
CORNERS = [QPointF(30, 30), QPointF(370, 30), QPointF(370, 350), QPointF(30, 350)]


def place_legend(avoid: list[QPointF], *, corner: int = 0) -> int:
    picture = QImage(400, 400, QImage.Format.Format_RGB32)
    painter = QPainter(picture)
    corner = draw_legend(painter, ROWS, within=WITHIN, avoid=avoid, corner=corner)
    painter.end()
    return corner


@pytest.mark.parametrize("free", range(4))
def test_it_goes_to_the_corner_where_nothing_is_covered(qtbot: QtBot, free: int) -> None:
    assert place_legend([at for number, at in enumerate(CORNERS) if number != free]) == free


def test_it_stays_in_a_corner_while_it_covers_nothing_there(qtbot: QtBot) -> None:
    assert place_legend([], corner=2) == 2
    assert place_legend([CORNERS[2]], corner=2) == 0


def test_it_goes_without_figures_before_it_covers_the_person(qtbot: QtBot) -> None:
    rows = [LegendRow("Label", "#ff0000"), LegendRow("J_std", "#00ff00", "far more than 12.3 mm")]
    others = [*CORNERS[1:], QPointF(130, 30)]  # under the upper left one's figures
    picture = QImage(400, 400, QImage.Format.Format_RGB32)
    picture.fill(0)
    painter = QPainter(picture)
    assert draw_legend(painter, rows, within=WITHIN, avoid=others) == 0
    painter.end()
    assert picture.pixel(30, 30) != picture.pixel(200, 200)
    assert picture.pixel(130, 30) == picture.pixel(200, 200)


@pytest.mark.parametrize("free", range(4))
def test_why_a_picture_is_missing_stands_where_the_person_is_not(qtbot: QtBot, free: int) -> None:
    picture = QImage(400, 400, QImage.Format.Format_RGB32)
    painter = QPainter(picture)
    person = [at for number, at in enumerate(CORNERS) if number != free]
    reason = "the file /somewhere/far/away/img_000001.jpg is not there; " * 2
    corner, covered = draw_note(
        painter, "No picture", reason, within=WITHIN, avoid=[*person, QPointF(200, 200)], corner=2
    )
    painter.end()
    assert corner == free
    box = QPolygonF(covered).boundingRect()
    assert WITHIN.contains(box)
    assert not any(box.contains(at) for at in person)
