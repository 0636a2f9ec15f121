"""A window from its opening to its closing: what is replayed, photographed and cleaned up."""

from __future__ import annotations

import faulthandler
import signal
import sys
import threading
import traceback
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType

from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QApplication

from app.commands.catalogue import COMMANDS
from app.commands.command import Workspace
from app.commands.registry import CommandRegistry
from app.commands.replay import Line, Replay, ScriptError
from app.commands.wait import Wait, wait
from app.jobs.jobs import Jobs
from app.session.session import Session
from app.window.main_window import MainWindow
from core.errors import JointlensError
from core.project.project import Project

#: Milliseconds between two steps of a script.
STEP_INTERVAL = 10
#: Milliseconds after which the live run's process is started: the first frame comes first.
WARM_UP_AFTER = 1500
#: Seconds that a screenshot waits for everything to come to rest.
SETTLE = 300.0

DONE, FAILED, USAGE = 0, 1, 2


def run_window(folder: Path, *, lines: Sequence[Line], screenshot: Path | None, leave: bool) -> int:
    """Show a project's window until it is closed; returns the exit code.

    Args:
        folder: of the project.
        lines: script to replay.
        screenshot: file to write once the script is over and nothing is going on.
        leave: whether to close the window then.

    Raises:
        JointlensError: the project cannot be opened.
    """
    with ExitStack() as stack:
        errors = stack.enter_context(UncaughtErrors())
        project = stack.enter_context(Project.open(folder, exclusive=True))
        application = QApplication.instance() or QApplication(sys.argv[:1])
        assert isinstance(application, QApplication)
        session = Session(project)
        jobs = Jobs(session)
        stack.callback(jobs.close)
        workspace = Workspace(session, jobs)
        registry = CommandRegistry(workspace, COMMANDS)
        stack.callback(registry.close)
        # A script shows the same on every machine: it neither reads nor changes the user's layout.
        scratch = Path(stack.enter_context(TemporaryDirectory())) / "window.ini" if lines else None
        window = MainWindow(session, registry, jobs, settings=scratch)
        stack.callback(window.close)
        window.show()
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
    return journey.exit_code


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
        if self._leave:
            self._window.close()


class UncaughtErrors:
    """Keeps the window alive through an error that nobody caught, and remembers that there was one.

    PyQt6 ends the process when an exception leaves a slot, unless ``sys.excepthook`` is another than
    Python's own.

    Attributes:
        seen: whether there was one.
    """

    def __init__(self) -> None:
        self.seen = False

    def __enter__(self) -> UncaughtErrors:
        faulthandler.enable()
        sys.excepthook = self._show
        threading.excepthook = self._show_in_thread
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__

    def _show(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        self.seen = True
        traceback.print_exception(kind, error, trace)

    def _show_in_thread(self, arguments: threading.ExceptHookArgs) -> None:
        self.seen = True
        traceback.print_exception(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)
