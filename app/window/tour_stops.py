"""The five steps of the tour."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PyQt6.QtWidgets import QWidget

from app.window.tour import Stop

if TYPE_CHECKING:
    from app.window.main_window import MainWindow


def list_stops(window: MainWindow) -> list[Stop]:
    """Frames, labels, optimiser, errors, review: in the order in which one works."""
    return [
        Stop(
            "Scrub the frames",
            "Every subject, action and camera stands here, with the mean error of its bodies. Choose one,"
            " then drag on the time axis or press Left and Right. Ctrl+G goes to a frame by its key.",
            partial(_bring, window, "Frames"),
        ),
        Stop(
            "Compare with the labels",
            "Labels are red; each regressor has a colour of its own. Point at a joint to read its error,"
            " click to keep it. Switches show mask, silhouette and their difference; C shows all cameras.",
            lambda: window.overlay,
        ),
        Stop(
            "Watch the optimiser",
            "R runs it on the shown body, P pauses, N steps. Switch terms off and on, or weigh them, while it"
            " runs, and drag on the iteration axis to go back.",
            partial(_bring, window, "Terms"),
        ),
        Stop(
            "Find where it is wrong",
            "Mean errors of all frames by subject, action, camera or sequence. A click on a cell goes to its"
            " worst frame.",
            partial(_bring, window, "Errors"),
        ),
        Stop(
            "Review, flag, refit",
            "Optimise the bodies, run the audit, go through its findings with J and K; O compares two people."
            " Accept with A, reject with X, then refit without the flagged labels. Ctrl+Z takes any of it"
            " back.",
            partial(_bring, window, "Labels"),
        ),
    ]


def _bring(window: MainWindow, dock: str) -> QWidget:
    """A dock, in front of the others."""
    window.docks[dock].show()
    window.docks[dock].raise_()
    return window.docks[dock]
