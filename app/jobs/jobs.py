"""All work that is not done on the GUI thread: loading, live optimisation, jobs, pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from app.jobs import tasks
from app.jobs.companion_loader import CompanionLoader
from app.jobs.frame_loader import FrameLoader
from app.jobs.free_memory import FreeMemory
from app.jobs.job_queue import JobQueue
from app.jobs.live_run import LiveRun
from app.jobs.picture_drawer import PictureDrawer
from app.jobs.playback import Playback
from app.jobs.project_watch import ProjectWatch
from app.jobs.rest import Rest
from app.jobs.subject_matcher import SubjectMatcher
from app.jobs.surveyor import Surveyor
from app.session.changes import Change
from app.session.evaluation import Evaluation
from app.session.import_order import ImportOrder
from app.session.job_record import JobRecord
from app.session.session import Session
from core.errors import JointlensError
from core.optimize.settings import Settings
from core.project.runs import RunRecord


class Jobs:
    """Owns every thread and child process of a window.

    Nothing of it calls back by itself: :meth:`poll`, called every few milliseconds on the GUI thread,
    brings results into the session.

    Attributes:
        live: the live run.
        subjects: finds the frames in which another subject's pose is most alike.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._scratch = TemporaryDirectory(prefix="jointlens-")
        self._loader = FrameLoader(session.project, session.mesh)
        self._pictures = PictureDrawer(session)
        self._queue = JobQueue(session)
        self._playback = Playback(session)
        self.live = LiveRun(session)
        self._companions = CompanionLoader(session, self._loader, self._pictures)
        self._surveyor = Surveyor(session)
        self._rest = Rest()
        self._free_memory = FreeMemory()
        self._watch = ProjectWatch(session)
        self.subjects = SubjectMatcher(session)
        self._tell_stopped_runs()
        session.changed.connect(self._follow_session)
        self._request_frame()

    @property
    def unfinished(self) -> tuple[str, ...]:
        """What loads, runs or queues, in words; a live run only while a step of it is outstanding."""
        jobs = (job.title for job in self._session.jobs if job.live)
        going_on = {
            "loading the frame": self._loader.loading,
            "loading the other cameras": self._companions.loading,
            "comparing two subjects": self.subjects.busy,
            "drawing pictures": self._pictures.waiting,
            ", ".join(jobs) or "a job": self._queue.busy,
            f"the live run, at iteration {self._session.optimisation.iteration}": self.live.busy,
            "playback": self._session.playing,
        }
        return tuple(words for words, goes_on in going_on.items() if goes_on)

    @property
    def idle(self) -> bool:
        """Whether nothing is going on."""
        return not self.unfinished

    @property
    def drawing(self) -> bool:
        """Whether a picture that is shown is still being drawn."""
        return self._pictures.waiting

    @property
    def working(self) -> bool:
        """Whether a job runs or queues."""
        return self._queue.busy

    @property
    def surveying(self) -> bool:
        """Whether errors of frames are still being measured."""
        return self._surveyor.busy

    def refit(self, source: str, name: str, *, compare: bool) -> int:
        """Fit a regressor anew in the background; returns the job's number.

        Args:
            source: of the bodies.
            name: of the regressor.
            compare: whether to tell what leaving flagged labels out did.

        Raises:
            ProjectError: the project is open read-only.
        """
        self._session.check_writable()
        return self._queue.submit(
            tasks.refit,
            {"project": self._session.project.path, "source": source, "name": name, "compare": compare},
            kind="refit",
            title=f"Refit {name} from {source}",
            when_done=lambda: self._show_refitted(name),
        )

    def optimize(
        self, run: str, settings: Settings, *, source: str, regressor: str, include_flagged: bool = False
    ) -> int:
        """Optimise every frame's body into a run in the background; returns the job's number.

        Raises:
            ProjectError: the project is open read-only.
        """
        return self._optimize(
            f"Optimise {run} ({_describe_settings(settings)})",
            run=run,
            settings=settings,
            source=source,
            regressor=regressor,
            include_flagged=include_flagged,
        )

    def resume(self, run: RunRecord) -> int:
        """Go on with a run that was stopped, in the background; returns the job's number.

        Raises:
            ProjectError: the project is open read-only.
        """
        settings = Settings.from_dict(run.settings)
        return self._optimize(
            f"Go on with {run.name} ({_describe_settings(settings)})",
            run=run.name,
            settings=settings,
            source=run.details["source"],
            regressor=run.details["regressor"]["name"],
        )

    def _optimize(self, title: str, **arguments: Any) -> int:
        self._session.check_writable()
        return self._queue.submit(
            tasks.optimize,
            {"project": self._session.project.path, **arguments},
            kind="optimize",
            title=title,
            when_done=self._read_bodies_anew,
        )

    def audit(self, source: str | None) -> int:
        """Look for bad labels with the bodies of a source in the background; returns the job's number.

        Raises:
            ProjectError: the project is open read-only.
        """
        session = self._session
        session.check_writable()
        return self._queue.submit(
            tasks.audit,
            {"project": session.project.path, "source": source},
            kind="audit",
            title=f"Audit the labels with {source}" if source else "Audit the labels",
            when_done=session.refresh_flags,
        )

    def import_data(self, order: ImportOrder, *, when_done: Callable[[], None]) -> int:
        """Check and import a data set in the background; returns the job's number."""
        return self._queue.submit(
            tasks.import_data,
            {"order": order},
            kind="import",
            title=f"Check {order.dataset.name}",
            when_done=when_done,
        )

    def evaluate(self, protocol: str) -> int:
        """Make Table I in the background, to be looked at when it is done; returns the job's number."""
        job, session = self._session.next_job, self._session
        file = Path(self._scratch.name) / f"evaluation-{job}.json"
        return self._queue.submit(
            tasks.evaluate,
            {"project": session.project.path, "protocol": protocol, "to": file},
            kind="evaluate",
            title=f"Evaluate, protocol {protocol}",
            when_done=lambda: session.show_evaluation(job, Evaluation.read(file)),
        )

    def run_command_line(self, words: tuple[str, ...], *, kind: str, title: str) -> int:
        """Run a subcommand of the command line in the background; returns the job's number."""
        return self._queue.submit(
            tasks.run_command, {"words": words}, kind=kind, title=title, when_done=self._read_all_anew
        )

    def _tell_stopped_runs(self) -> None:
        """Runs that a window, a crash or a power cut stopped can be gone on with."""
        session = self._session
        if session.project.read_only:
            return
        for run in session.project.runs():
            if run.state != "done":
                session.receive_job(
                    JobRecord(
                        session.next_job,
                        "optimize",
                        f"Run {run.name}",
                        "interrupted",
                        message=f"stopped at {run.progress:.0%}; go on with it, and nothing is done twice",
                        run=run.name,
                    )
                )

    def cancel(self, job: int) -> None:
        """Stop a job; what it finished stays."""
        self._queue.cancel(job)

    def take_failure(self) -> str:
        """Why a job or the live run failed since this was last asked; empty where none did."""
        return self._queue.take_failure() or self.live.take_failure()

    def poll(self) -> None:
        """Bring what is finished into the session; to be called on the GUI thread."""
        drawn = self._pictures.poll()
        if self._session.row in drawn:
            self._request_frame()
        self._companions.load_again(drawn)
        self._take_frame()
        self._companions.poll()
        self.live.poll()
        self._queue.poll()
        loading = self._loader.loading or self._companions.loading
        self._playback.poll(loading=loading)
        if loading or self.live.busy or self._session.playing:
            self._rest.disturb()
        self._surveyor.poll(held=not self._rest.calm)
        self._free_memory.poll(self._rest.seconds)
        self._watch.poll()
        self.subjects.poll()

    def close(self) -> None:
        """End every thread and child process."""
        self._session.changed.disconnect(self._follow_session)
        self._companions.close()
        self._loader.close()
        self._pictures.close()
        self._queue.close()
        self.live.close()
        self._surveyor.close()
        self._watch.close()
        self.subjects.close()
        self._scratch.cleanup()

    def _follow_session(self, change: Change) -> None:
        if change & (Change.FRAME | Change.ITERATION):
            self._rest.disturb()
        if change & (Change.FRAME | Change.REGRESSORS):
            self._request_frame()
        if change & (Change.FRAME | Change.REGRESSORS | Change.COMPANIONS):
            self._companions.follow(change)

    def _show_refitted(self, name: str) -> None:
        session = self._session
        session.refresh_regressors(show=name)
        accepted, newest = session.project.accepted_version(name), session.versions[name][-1].version
        if accepted is not None:
            session.set_status(
                f"{name} v{newest} is fitted; {name} stays v{accepted} until v{newest} is accepted"
            )

    def _read_all_anew(self) -> None:
        """What a subcommand may have changed: regressors, runs, masks, flags."""
        self._loader.forget_pictures()
        self._session.refresh_regressors()
        self._session.refresh_flags()
        self._read_bodies_anew()

    def _read_bodies_anew(self) -> None:
        self._loader.forget_bodies()
        self._surveyor.forget()
        self._session.companions.forget()
        self._request_frame()

    def _request_frame(self) -> None:
        session = self._session
        self._loader.request(session.row, source=session.body_source, regressors=session.regressors)
        self._take_frame()

    def _take_frame(self) -> None:
        try:
            frame = self._loader.take()
        except JointlensError as error:
            self._session.set_status(str(error))
            return
        if frame is None:
            return
        if frame.image is None and self._session.project.synthetic:
            self._pictures.want(frame.row)
            note = self._pictures.failure or "this picture is being drawn"
            frame = replace(frame, image_note=note)
        self.live.turn_to(frame.row)
        self._session.receive_frame(frame)


def _describe_settings(settings: Settings) -> str:
    return f"{settings.preset}, {settings.views} view{'s' * (settings.views > 1)}"
