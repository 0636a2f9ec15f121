"""A subcommand of the command line as a job: run as in a shell, its progress read off what it prints."""

from __future__ import annotations

import ctypes
import os
import re
import selectors
import signal
import subprocess
import sys
from collections.abc import Iterator

from core.errors import JointlensError
from core.progress import ProgressCallback

#: What the child is: the same entry as ``main.py``.
_PROGRAM = "import sys; from app.cli.main import main; sys.exit(main())"
#: Seconds between two lines of progress, and between two looks at whether it was cancelled.
_LINE_INTERVAL, _LOOK_INTERVAL = 0.5, 0.1
#: Seconds that it has for stopping cleanly: less than the job that runs it has.
_GRACE = 0.9
#: Linux alone tells a child that its parent has been killed.
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_TELL_DEATH = 1  # PR_SET_PDEATHSIG of linux/prctl.h
_PROGRESS = re.compile(r"^(?P<message>.+): (?P<done>\d+) of (?P<total>\d+)(?:, .+ left)?$")


class CommandLineError(JointlensError):
    """A subcommand failed; the message is what it said last."""


def run_command_line(*, words: tuple[str, ...], progress: ProgressCallback) -> str:
    """Run a subcommand to its end; what ``progress`` raises stops it as Ctrl+C would.

    Args:
        words: the subcommand and its arguments.
        progress: told what it prints, line by line, and every tenth of a second.

    Returns:
        What it printed last on stdout.

    Raises:
        CommandLineError: it failed.
    """
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "PYTHONUNBUFFERED": "1",
        "JOINTLENS_PROGRESS_INTERVAL": str(_LINE_INTERVAL),
    }
    process = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        start_new_session=True,  # so that Ctrl+C in a terminal reaches the window alone
        preexec_fn=_listen_to_interrupts,
    )
    last = {"stdout": "", "stderr": ""}
    done, total, message = 0, 0, "starting"
    try:
        for stream, line in _read_lines(process):
            if line:
                last[stream] = line
                found = _PROGRESS.match(line)
                if found:
                    done, total = int(found["done"]), int(found["total"])
                message = found["message"] if found else line
            progress(done, total, message)
    finally:
        _end(process)
    if process.returncode:
        said = last["stderr"].removeprefix("jointlens: ")
        raise CommandLineError(said or f"{words[0]} ended with exit code {process.returncode}")
    return last["stdout"] or f"{words[0]} is done"


def _listen_to_interrupts() -> None:
    """Children of the window ignore Ctrl+C; this one is stopped by it, and ends with who started it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if _LIBC is not None:
        _LIBC.prctl(_TELL_DEATH, signal.SIGTERM)


def _read_lines(process: subprocess.Popen[bytes]) -> Iterator[tuple[str, str]]:
    """Stream and line as they come, with an empty line whenever a while has passed."""
    assert process.stdout is not None
    assert process.stderr is not None
    pending = {"stdout": b"", "stderr": b""}
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ, "stdout")
        selector.register(process.stderr, selectors.EVENT_READ, "stderr")
        while selector.get_map():
            ready = selector.select(_LOOK_INTERVAL)
            if not ready:
                yield "stderr", ""
            for key, _ in ready:
                chunk = os.read(key.fd, 65536)
                if not chunk:
                    selector.unregister(key.fileobj)
                *lines, pending[key.data] = (pending[key.data] + chunk).split(b"\n")
                for line in lines:
                    yield key.data, line.decode(errors="replace").strip()


def _end(process: subprocess.Popen[bytes]) -> None:
    """Stop it if it still runs: cleanly if it can, at once if it cannot."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    try:
        process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for stream in (process.stdout, process.stderr):
        if stream is not None:
            stream.close()
