"""What subcommands print: one document on stdout, progress on stderr."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Collection
from types import TracebackType
from typing import Any, Literal

import numpy as np
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as RichProgress
from rich.table import Table
from rich.text import Text

from app.session.durations import format_seconds

#: Seconds between progress lines where stderr is no terminal; a window that reads them wants more.
_LINE_INTERVAL = float(os.environ.get("JOINTLENS_PROGRESS_INTERVAL", "5"))


def emit(document: dict[str, Any], as_json: bool, render: Callable[[Console], None] | str) -> None:
    """Print the result of a subcommand.

    Args:
        document: what ``--json`` prints, as one JSON document; numpy scalars and arrays are allowed.
        as_json: whether ``--json`` was given.
        render: otherwise, a sentence to print or a function that prints to the console it is given.
    """
    if as_json:
        sys.stdout.write(json.dumps(document, indent=2, default=_to_plain) + "\n")
        return
    console = Console(soft_wrap=True, highlight=False)
    if isinstance(render, str):
        console.print(render, markup=False)
    else:
        render(console)


def make_table(
    title: str, columns: list[str], rows: list[list[str]], *, words: Collection[str] = ()
) -> Table:
    """A table with its first column and those of ``words`` on the left and the others, figures, on the right.

    What is too wide is folded, never cut; the first column, which people copy, stays whole.
    """
    table = Table(title=title, title_justify="left")
    for number, column in enumerate(columns):
        justify: Literal["left", "right"] = "left" if number == 0 or column in words else "right"
        table.add_column(column, justify=justify, overflow="fold", no_wrap=number == 0)
    for row in rows:
        table.add_row(*row)
    return table


def _to_plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return value.tolist()
    return str(value)


class _RateColumn(ProgressColumn):
    """How many are done a second."""

    def render(self, task: Task) -> Text:
        """``12.3/s``, or nothing while it is not known."""
        speed = task.finished_speed or task.speed
        return Text(f"{speed:.3g}/s" if speed else "")


class Progress:
    """Progress, rate and remaining time on stderr: a bar on a terminal, else a line every few seconds.

    A context manager; call it with (done, total, message). A new message starts a new bar.
    """

    def __init__(self) -> None:
        self._console = Console(stderr=True, highlight=False)
        self._bar: RichProgress | None = None
        self._message = ""
        self._task: Any = None
        self._printed = 0.0
        self._begun = (0.0, 0)  # when, and with how many done

    def __enter__(self) -> Progress:
        if self._console.is_terminal:
            self._bar = RichProgress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                _RateColumn(),
                TimeElapsedColumn(),
                TimeRemainingColumn(),
                console=self._console,
            )
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, done: int, total: int, message: str) -> None:
        """Show that ``done`` of ``total`` of what ``message`` names is done."""
        now = time.monotonic()
        if message != self._message:
            self._begun = now, done
        if self._bar is not None:
            if message != self._message:
                self._task = self._bar.add_task(message, total=total)
            self._bar.update(self._task, completed=done, total=total)
        elif message != self._message or done >= total or now - self._printed > _LINE_INTERVAL:
            self._printed = now
            pace = self._tell_pace(now, done, total)
            self._console.print(f"{message}: {done} of {total}{pace}", markup=False, soft_wrap=True)
        self._message = message

    def _tell_pace(self, now: float, done: int, total: int) -> str:
        """Rate and remaining time; nothing at the beginning and at the end."""
        started, first = self._begun
        if not first < done < total or now <= started:
            return ""
        rate = (done - first) / (now - started)
        return f", {rate:.3g}/s, {format_seconds((total - done) / rate)} left"
