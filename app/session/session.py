"""The session: what is open, shown and selected.

The session is the only truth of the window. It is changed on the GUI thread alone, by small methods that
set state and emit :attr:`Session.changed` once; views listen, redraw what their flags name, and invoke
commands.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from psygnal import Signal

from app.session.appearance import Appearance
from app.session.changes import Change
from app.session.companions import Companions
from app.session.error_board import ErrorBoard
from app.session.evaluation import Evaluation
from app.session.fit_flags import FitFlags
from app.session.frame_data import FrameData
from app.session.job_record import JobRecord
from app.session.label_comparison import LabelComparison
from app.session.optimisation import BodySnapshot, OptimisationState
from app.session.paint import Paint
from app.session.review_queue import ReviewQueue
from app.session.run_view import RunView
from app.session.shown_body import ShownBody
from core.errors import SettingsError
from core.optimize.presets import get_preset
from core.optimize.settings import Settings
from core.project.flags import Flag, mask_flagged
from core.project.regressor_store import RegressorVersion
from core.regressor.record import Regressor
from core.silhouette.contour import ClosedMesh, close_mesh
from core.types import FrameKey

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.project.project import Project

#: Equation 3 of the paper uses the regressor that was fitted to the initial estimates.
PULLING = "J_spin"


class Session:
    """What one window shows of one project.

    Attributes:
        changed: emitted once for each mutation, with what it changed.
        project: what is open.
        regressors: by name, each in the version that its name means.
        versions: every version of each regressor, oldest first.
        fits: which flags each regressor was fitted without.
        row: the frame asked for.
        frame_data: the frame that is shown; for moments the one before ``row``, None before the first.
        shown: the frame as it is to be drawn, with the live run's body.
        appearance: layers, colours, from where the body is looked at.
        body_source: where the shown body is read from: ``initial``, an estimator or a run.
        selection: joint under the cursor or selected in a table; None without.
        terms: settings that the live run reads before every step.
        paint: whose weights colour the mesh; None without.
        vertex: of the body, picked on its surface; None without.
        flags: flagged labels, oldest first.
        optimisation: where the live run stands.
        run_view: what of the live run is shown, and how.
        jobs: what runs in the background, oldest first.
        playing: whether frames advance by themselves.
        status: the last thing that a person should read.
        errors: errors of all frames, and which of them are looked at.
        review: findings and what people decide about them.
        companions: frames shown beside the one asked for.
        playback_rate: frames a second.
        comparison: one joint's labels of two subjects side by side; None without.
        runs: names of the project's runs, oldest first.
        evaluations: tables of errors by the number of the job that made them.
        evaluation: number of the one that is looked at; None before there is one.
    """

    changed = Signal(Change)

    def __init__(self, project: Project) -> None:
        self.project = project
        self.row = 0
        self.frame_data: FrameData | None = None
        self.body_source = "initial"
        self.regressors: dict[str, Regressor] = self._read_regressors()
        self.versions: dict[str, tuple[RegressorVersion, ...]] = self._read_versions()
        self.appearance = Appearance(self.changed, self.regressors)
        self.selection: int | None = None
        self.vertex: int | None = None
        self.terms: Settings = get_preset("paper")
        self.paint: Paint | None = None
        self.flags: tuple[Flag, ...] = tuple(project.flags())
        self._edits_seen = project.journal.position
        self.optimisation = OptimisationState()
        self.run_view = RunView(self.changed)
        self.shown = ShownBody(self)
        self.jobs: tuple[JobRecord, ...] = ()
        self.playing = False
        self.status = describe_opening(project)
        self.errors = ErrorBoard(self.changed, project.keys)
        self.review = ReviewQueue(self.changed, project)
        self.fits = FitFlags(project, self.review.hides)
        self.fits.refresh(self.regressors)
        self.companions = Companions(self.changed, self._mark)
        self.comparison: LabelComparison | None = None
        self.playback_rate = 10.0
        self.runs: tuple[str, ...] = tuple(run.name for run in project.runs())
        self.evaluations: dict[int, Evaluation] = {}
        self.evaluation: int | None = None

    @property
    def key(self) -> FrameKey:
        """Name of the frame asked for."""
        return self.project.keys[self.row]

    @cached_property
    def mesh(self) -> ClosedMesh:
        """The body's faces, checked to be closed."""
        return close_mesh(self.project.body().faces)

    @property
    def compared_regressor(self) -> str:
        """The regressor whose errors stand for the frame's: chosen for the table, else the last one drawn.

        Raises:
            SettingsError: the project has none.
        """
        chosen = self.errors.regressor
        if chosen in self.regressors:
            return chosen
        names = self.appearance.shown_regressors or tuple(self.regressors)
        if not names:
            raise SettingsError("the project has no joint regressor to compare with the labels")
        return names[-1]

    @property
    def pulling_regressor(self) -> str:
        """The regressor whose joints the joint term pulls to the labels; J_std only until J_spin is there.

        Raises:
            SettingsError: the project has none.
        """
        if not self.regressors:
            raise SettingsError("the project has no joint regressor to compare with the labels")
        return PULLING if PULLING in self.regressors else next(iter(self.regressors))

    # Frames

    def go_to(self, row: int) -> None:
        """Ask for a frame; its data arrive by :meth:`receive_frame`."""
        if row == self.row:
            return
        self.row = row
        self.changed.emit(Change.FRAME)

    def receive_frame(self, frame_data: FrameData) -> None:
        """Show a frame that was loaded; one that is no longer asked for is dropped."""
        if frame_data.row != self.row:
            return
        self._set_frame(frame_data)
        self.changed.emit(Change.FRAME_DATA)

    def show_bodies(self, source: str) -> None:
        """Choose where the shown body is read from.

        Raises:
            ProjectError: there is no such estimator or run.
        """
        self.project.find_source(source)
        self.body_source = source
        self.changed.emit(Change.FRAME)

    def set_playing(self, playing: bool) -> None:
        """Start or stop the playback."""
        if playing != self.playing:
            self.playing = playing
            self.changed.emit(Change.PLAYBACK)

    def set_playback_rate(self, rate: float) -> None:
        """Frames a second that the playback aims at."""
        self.playback_rate = rate
        self.changed.emit(Change.PLAYBACK)

    # What is pointed at

    def select_joint(self, joint: int | None) -> None:
        """Point at a joint, or at none."""
        if joint != self.selection:
            self.selection = joint
            self.changed.emit(Change.SELECTION)

    def compare_labels(self, comparison: LabelComparison | None) -> None:
        """Show one joint's labels of two subjects side by side, or no more."""
        self.comparison = comparison
        self.companions.want("subjects", comparison.all_rows if comparison else ())
        self.changed.emit(Change.COMPARISON)

    def select_vertex(self, vertex: int | None) -> None:
        """Point at a vertex of the body, or at none.

        Raises:
            SettingsError: the body has no such vertex.
        """
        count = self.project.body().vertex_count
        if vertex is not None and not 0 <= vertex < count:
            raise SettingsError(f"there is no vertex {vertex}; the body has 0 to {count - 1}")
        if vertex != self.vertex:
            self.vertex = vertex
            self.changed.emit(Change.SELECTION)

    def fed_joints(self, vertex: int) -> list[tuple[str, int, float]]:
        """Joints that a vertex has weight in: regressor's name, joint and weight, heaviest first."""
        fed = [
            (name, int(joint), float(regressor.weights[joint, vertex]))
            for name, regressor in self.regressors.items()
            for joint in np.flatnonzero(regressor.weights[:, vertex])
        ]
        return sorted(fed, key=lambda entry: -entry[2])

    def set_status(self, status: str) -> None:
        """Say something in the status line."""
        self.status = status
        self.changed.emit(Change.STATUS)

    # The live run

    def set_terms(self, terms: Settings) -> None:
        """Replace the settings that the live run reads before its next step."""
        self.terms = terms
        self.changed.emit(Change.TERMS)

    def set_optimisation(self, optimisation: OptimisationState) -> None:
        """Take over how far the live run is."""
        changed = Change.OPTIMISATION
        if optimisation.active != self.optimisation.active:
            self.shown.forget()
            changed |= Change.ITERATION
        self.optimisation = optimisation
        if self.run_view.snapshots and optimisation.phase != "ready":
            self.run_view.forget()
            self.shown.forget()
            changed |= Change.ITERATION
        self.changed.emit(changed)

    def show_snapshots(self, snapshots: Mapping[str, BodySnapshot]) -> None:
        """Show bodies of the live run, by variant."""
        self.run_view.receive_snapshots(snapshots)
        self.shown.forget()
        self.changed.emit(Change.ITERATION)

    # Regressors, flags, jobs

    def refresh_regressors(self, *, show: str | None = None) -> None:
        """Read the project's regressors anew, and show one of them; the frame has to be loaded again."""
        known = self.regressors
        self.regressors = {
            name: known[name]
            if name in known
            and known[name].provenance == regressor.provenance
            and np.array_equal(known[name].weights, regressor.weights)
            else regressor
            for name, regressor in self._read_regressors().items()
        }
        self.versions = self._read_versions()
        self.fits.refresh(self.regressors)
        self.appearance.offer_regressors(self.regressors, show=show)
        self.shown.forget()
        self.changed.emit(Change.REGRESSORS | Change.LAYERS)

    def refresh_edits(self) -> None:
        """Read anew all that edits change."""
        self.refresh_flags()
        if self._read_versions() != self.versions:
            self.refresh_regressors()

    def paint_regressor(self, name: str | None, joint: int = 0, *, minus: str | None = None) -> None:
        """Colour the mesh by a regressor's weights of one joint, less another one's, or by none.

        Raises:
            SettingsError: there is no such regressor.
        """
        for each in (name, minus):
            if each is not None and each not in self.regressors:
                raise SettingsError(
                    f"no regressor is called {each!r}; there are {', '.join(self.regressors)}"
                )
        self.paint = None if name is None else Paint(name, joint, minus if minus != name else None)
        self.changed.emit(Change.PAINT)

    def refresh_flags(self) -> None:
        """Read the project's flags anew."""
        self.flags = tuple(self.project.flags())
        self._edits_seen = self.project.journal.position
        self.fits.refresh(self.regressors)
        self.review.refresh()
        changed = Change.FLAGS | Change.FINDINGS
        if self.frame_data is not None:
            self._set_frame(self.frame_data)
            changed |= Change.FRAME_DATA
        self.changed.emit(changed)
        self.companions.mark()

    @property
    def visible_flags(self) -> tuple[Flag, ...]:
        """The flags, without those that would tell in a blind review what somebody else decided."""
        return tuple(flag for flag in self.flags if not self.review.hides(flag))

    def flags_on(self, joint: int) -> list[Flag]:
        """The visible flags on a joint's label in the frame that is shown; none before there is one."""
        if self.frame_data is None:
            return []
        joint_set, keys, row = self.project.joint_set, self.project.keys, self.frame_data.row
        concerned = (keys[row].subject, joint_set.names[joint])
        return [
            flag
            for flag in self.visible_flags
            if (flag.subject, flag.joint) == concerned
            and mask_flagged([flag], keys, joint_set, np.array([row]))[0, joint]
        ]

    def review_blindly(self, blind: bool) -> None:
        """Hide the decisions of others and the flags that follow from them, or show them."""
        self.review.set_blind(blind)
        if self.frame_data is not None:
            self._set_frame(self.frame_data)
            self.changed.emit(Change.FRAME_DATA)

    def refresh_runs(self, runs: tuple[str, ...]) -> None:
        """Take over the names of the project's runs."""
        if runs != self.runs:
            self.runs = runs
            self.changed.emit(Change.RUNS)

    def take_over_edits(self, position: int | None = None) -> bool:
        """Show edits that another program has made meanwhile; whether there were any.

        Args:
            position: of the journal's last entry as somebody has just read it; read here without.
        """
        if (self.project.journal.position if position is None else position) <= self._edits_seen:
            return False
        self.refresh_edits()
        self.set_status("Another program has edited this project; what it changed is shown now")
        return True

    def check_writable(self) -> None:
        """Raise a ProjectError where the project is open read-only."""
        self.project.database.check_writable()

    def show_evaluation(self, job: int, evaluation: Evaluation | None = None) -> None:
        """Look at the table of errors that a job made; ``evaluation`` where it is new.

        Raises:
            SettingsError: the job made none.
        """
        if evaluation is not None:
            self.evaluations[job] = evaluation
        elif job not in self.evaluations:
            raise SettingsError(f"job {job} made no table")
        self.evaluation = job
        self.changed.emit(Change.EVALUATION)

    @property
    def next_job(self) -> int:
        """Number of the next job."""
        return len(self.jobs) + 1

    def receive_job(self, job: JobRecord) -> None:
        """Take over a new job, or how far a known one is."""
        if job.id == self.next_job:
            self.jobs = (*self.jobs, job)
        else:
            self.jobs = (*self.jobs[: job.id - 1], job, *self.jobs[job.id :])
        self.changed.emit(Change.JOBS)

    def _set_frame(self, frame_data: FrameData) -> None:
        self.frame_data = self._mark(frame_data)
        self.shown.forget()

    def _mark(self, frame_data: FrameData) -> FrameData:
        """The frame with the flags of now; it may have been loaded before the last one was set."""
        keys, joint_set, row = self.project.keys, self.project.joint_set, frame_data.row
        return replace(
            frame_data, flagged=mask_flagged(self.visible_flags, keys, joint_set, np.array([row]))[0]
        )

    def _read_regressors(self) -> dict[str, Regressor]:
        return {name: self.project.read_regressor(name) for name in self.project.regressor_names()}

    def _read_versions(self) -> dict[str, tuple[RegressorVersion, ...]]:
        return {name: tuple(self.project.regressor_versions(name)) for name in self.project.regressor_names()}


def describe_opening(project: Project) -> str:
    """What a person should know first about a project that was opened."""
    if project.locked_by_other:
        return "Another window edits this project; here it is open read-only"
    if project.read_only:
        return "This project is open read-only"
    return "F1 shows you round; Ctrl+Shift+P finds every command"
