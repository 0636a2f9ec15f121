"""What changed in a session: the flags that views refresh on."""

from __future__ import annotations

import enum


class Change(enum.Flag):
    """One or more of the things that a session tells its listeners about.

    A view tests for its own flags (``if change & Change.TERMS``) and leaves the rest alone.
    """

    FRAME = enum.auto()  # the row asked for; its data may still be on their way
    FRAME_DATA = enum.auto()  # picture, labels and body of the shown frame
    PLAYBACK = enum.auto()
    LAYERS = enum.auto()
    CAMERA_VIEW = enum.auto()
    SELECTION = enum.auto()
    TERMS = enum.auto()
    OPTIMISATION = enum.auto()  # state or history of the live run
    ITERATION = enum.auto()  # the bodies of the live run that are shown
    RUN_VIEW = enum.auto()  # how the live run is looked at
    PULLS = enum.auto()  # which term pulls where
    REGRESSORS = enum.auto()
    PAINT = enum.auto()
    FLAGS = enum.auto()
    JOBS = enum.auto()
    SURVEY = enum.auto()  # errors of all frames, as far as they are measured
    HEAT = enum.auto()  # what the heat map shows of them
    COMPANIONS = enum.auto()  # frames shown beside the one asked for
    COMPARISON = enum.auto()  # two subjects' labels side by side
    FINDINGS = enum.auto()  # findings, their reviews, which one is looked at
    KEYS = enum.auto()
    RUNS = enum.auto()
    EVALUATION = enum.auto()  # a table of errors that a person is to look at
    THEME = enum.auto()
    STATUS = enum.auto()

    @classmethod
    def everything(cls) -> Change:
        """All flags at once, for a view that draws itself for the first time."""
        return ~cls(0)
