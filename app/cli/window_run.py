"""A window from its opening to its closing: what is replayed, photographed and cleaned up."""

from __future__ import annotations

import faulthandler
import signal
import sys
import threading
import traceback
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType

import platformdirs
from PyQt6.QtCore import QTimer
from PyQt6.QtGui import QIcon
from PyQt6.QtWidgets import QApplication

from app.commands.catalogue import COMMANDS
from app.commands.command import Workspace
from app.commands.registry import CommandRegistry
from app.commands.replay import Line, Replay, ScriptError
from app.commands.wait import Wait, wait
from app.jobs.jobs import Jobs
from app.session.session import Session
from app.window.disposal import dispose
from app.window.error_dialog import ErrorDialog, describe_machine
from app.window.main_window import MainWindow
from core.errors import JointlensError
from core.project.project import Project
from core.resources import resource_path

#: Milliseconds between two steps of a script.
STEP_INTERVAL = 10
#: Milliseconds after which the live run's process is started: the first frame comes first.
WARM_UP_AFTER = 1500
#: Seconds that a screenshot waits for everything to come to rest.
SETTLE = 300.0

DONE, FAILED, USAGE = 0, 1, 2


def run_window(folder: Path, *, lines: Sequence[Line], screenshot: Path | None, leave: bool) -> int:
    """Show a project's window, and those that are opened in its place; returns the exit code.

    Args:
        folder: of the project.
        lines: script to replay.
        screenshot: file to write once the script is over and nothing is going on.
        leave: whether to close the window then.

    Raises:
        JointlensError: the project cannot be opened.
    """
    with UncaughtErrors(find_log()) as errors:
        application = QApplication.instance() or QApplication(sys.argv[:1])
        assert isinstance(application, QApplication)
        application.setDesktopFileName("jointlens")
        application.setWindowIcon(QIcon(str(resource_path("jointlens.svg"))))
        code, following = _run_one(application, errors, folder, lines, screenshot, leave)
        while following is not None:
            code, following = _run_one(application, errors, following, (), None, False)
    return code


def _run_one(
    application: QApplication,
    errors: UncaughtErrors,
    folder: Path,
    lines: Sequence[Line],
    screenshot: Path | None,
    leave: bool,
) -> tuple[int, Path | None]:
    """Show one project's window; gives its exit code, and the project that is to be opened next."""
    with ExitStack() as stack:
        project = stack.enter_context(Project.open(folder, exclusive=True))
        session = Session(project)
        jobs = Jobs(session)
        stack.callback(jobs.close)
        workspace = Workspace(session, jobs)
        registry = CommandRegistry(workspace, COMMANDS)
        stack.callback(registry.close)
        # A script shows the same on every machine: it neither reads nor changes the user's layout.
        scratch = Path(stack.enter_context(TemporaryDirectory())) / "window.ini" if lines else None
        window = MainWindow(session, registry, jobs, settings=scratch)
        stack.callback(dispose, window)
        errors.show_in(window)
        stack.callback(errors.show_in, None)
        window.show()
        if not (lines or screenshot or leave):
            window.offer_tour()
        warm_up = QTimer()
        warm_up.setSingleShot(True)
        warm_up.timeout.connect(jobs.live.warm)
        warm_up.start(WARM_UP_AFTER)
        stack.callback(warm_up.stop)

        journey = Journey(workspace, window, errors, Replay(registry, lines), screenshot, leave=leave)
        timer = QTimer()
        timer.timeout.connect(journey.advance)
        timer.start(STEP_INTERVAL)
        stack.callback(timer.stop)
        # Python looks at signals between two of the timer's calls.
        before = signal.signal(signal.SIGINT, lambda number, frame: application.quit())
        stack.callback(signal.signal, signal.SIGINT, before)
        application.exec()
        following = window.desk.next_project
    return journey.exit_code, following


def find_log() -> Path:
    """The file that keeps errors, in the user's folder of logs."""
    return platformdirs.user_log_path("jointlens") / "errors.log"


class Journey:
    """What a window is told to do by itself: a script, then a picture, then to leave.

    Attributes:
        exit_code: 0 so far, or why it stopped.
    """

    def __init__(
        self,
        workspace: Workspace,
        window: MainWindow,
        errors: UncaughtErrors,
        replay: Replay,
        screenshot: Path | None,
        *,
        leave: bool,
    ) -> None:
        self.exit_code = DONE
        self._workspace = workspace
        self._window = window
        self._errors = errors
        self._replay: Replay | None = replay
        self._screenshot = screenshot
        self._leave = leave
        self._settling: Wait | None = None

    def advance(self) -> None:
        """Take one small step; called by the event loop."""
        try:
            if self._errors.seen and (self._replay or self._settling):
                raise JointlensError("the window met an error that nobody caught; see its traceback")
            if self._replay is not None:
                if self._replay.advance():
                    self._replay = None
                    if self._screenshot or self._leave:
                        self._settling = wait(self._workspace, timeout_s=SETTLE)
            elif self._settling is not None and self._settling.over():
                self._settling = None
                self._finish()
        except JointlensError as error:
            self._fail(error)

    def _finish(self) -> None:
        if self._screenshot is not None:
            self._window.grab_screenshot(self._screenshot)
        if self._leave:
            self._window.close()

    def _fail(self, error: JointlensError) -> None:
        """Stop the script; the window stays for a person to see where, if there is one."""
        self._replay = self._settling = None
        self.exit_code = USAGE if isinstance(error, ScriptError) and error.unknown else FAILED
        sys.stderr.write(f"jointlens: {error}\n")
        self._workspace.session.set_status(str(error))
        if self._screenshot is not None:
            try:
                self._window.grab_screenshot(self._screenshot)  # where it stopped
            except JointlensError as second:
                sys.stderr.write(f"jointlens: {second}\n")
        if self._leave:
            self._window.close()


class UncaughtErrors:
    """Keeps the window alive through an error that nobody caught: tells of it, writes it down.

    PyQt6 ends the process when an exception leaves a slot, unless ``sys.excepthook`` is another than
    Python's own; so this is entered before there is an application.

    Args:
        log: file that errors are added to.

    Attributes:
        seen: whether there was one.
    """

    def __init__(self, log: Path) -> None:
        self.seen = False
        self._log = log
        self._window: MainWindow | None = None
        self._dialog: ErrorDialog | None = None

    def __enter__(self) -> UncaughtErrors:
        faulthandler.enable()
        sys.excepthook = self._take
        threading.excepthook = self._take_from_thread
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__

    def show_in(self, window: MainWindow | None) -> None:
        """Tell of errors over this window; over none, on the console alone."""
        self._window, self._dialog = window, None

    def _take(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        self.seen = True
        text = "".join(traceback.format_exception(kind, error, trace))
        sys.stderr.write(text)
        self._write(text)
        if self._window is not None and threading.current_thread() is threading.main_thread():
            if self._dialog is None:
                self._dialog = ErrorDialog(self._window, self._log)
            self._dialog.add_error(text)
            self._dialog.show()

    def _take_from_thread(self, arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            self._take(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)

    def _write(self, text: str) -> None:
        moment = datetime.now(UTC).isoformat(timespec="seconds")
        try:
            self._log.parent.mkdir(parents=True, exist_ok=True)
            with self._log.open("a", encoding="utf-8") as file:
                file.write(f"{moment} {describe_machine()}{text}\n")
        except OSError as error:
            sys.stderr.write(f"jointlens: {self._log}: cannot be written ({error.strerror})\n")
