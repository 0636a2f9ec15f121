"""Steer a run whose bodies are optimised in blocks: hand out what is missing, and keep a record of the rest.

Only this process writes the project's index. What it says is done is on disk, so that whatever stops it, or
a worker, costs the blocks that were under way and nothing else; they are done again, to the same numbers.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from core.energy.discriminators import Discriminators
from core.engine.engine import Engine, Outcome
from core.engine.exclusion import do_all
from core.engine.kept import close_kept
from core.optimize.block_work import BlockResult, RunData, optimize_block
from core.optimize.blocks import BlockTask
from core.optimize.run_details import includes_flagged
from core.optimize.settings import Settings
from core.progress import ProgressCallback
from core.project.block_bodies import BlockRecord
from core.project.journal import now
from core.project.project import Project
from core.project.runs import RunRecord
from core.project.write_error import make_write_error
from core.regressor.record import Regressor

#: What a run keeps beside its bodies while it is not done, and beyond.
FOLDER_NAME = "runs"
SNAPSHOT_NAME = "index.sqlite"


def make_run_folder(project: Project, run: str) -> Path:
    """A new folder for what a run keeps, with a snapshot of the index as it is now."""
    folder = project.path / FOLDER_NAME / run
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise make_write_error(folder, error) from error
    project.database.write_snapshot(folder / SNAPSHOT_NAME)
    return folder


class BlockRun:
    """A run on its way.

    Args:
        project: open for writing.
        record: the run.
        settings: of the run.
        engine: does the work.
        total: bodies, over all rounds.
        progress: told of bodies done.

    Attributes:
        folder: what the run keeps.
    """

    def __init__(
        self,
        project: Project,
        record: RunRecord,
        settings: Settings,
        engine: Engine,
        *,
        total: int,
        progress: ProgressCallback | None = None,
    ) -> None:
        self._project, self._record, self._settings = project, record, settings
        self._engine, self._total, self._progress = engine, total, progress
        self._done, self._new = 0, 0
        self._started = time.monotonic()
        self.folder = project.path / FOLDER_NAME / record.name
        if not (self.folder / SNAPSHOT_NAME).is_file():
            make_run_folder(project, record.name)

    def skip(self, rows: int) -> None:
        """Count what was done in rounds that are over."""
        self._done += rows

    @contextmanager
    def frozen_flags(self) -> Iterator[None]:
        """For as long as the ``with`` block lasts, the project's flags are those when the run was started.

        There are none in a run that leaves flagged labels in. What people flag meanwhile is for the next run:
        otherwise the result would hang on when they did.
        """
        frozen = Project.open_snapshot(self._project.path, self.folder / SNAPSHOT_NAME, self._project.body())
        flags = [] if includes_flagged(self._record) else frozen.flags()
        frozen.close()
        try:
            with self._project.holding_flags(flags):
                yield
        finally:
            close_kept()

    def describe(
        self,
        settings: Settings,
        regressors: Mapping[str, Regressor],
        *,
        round_number: int = 0,
        discriminators: Discriminators | None = None,
    ) -> RunData:
        """What workers are told; see :class:`RunData`."""
        return RunData(
            project=self._project.path,
            snapshot=self.folder / SNAPSHOT_NAME,
            record=self._record,
            body=self._project.body(),
            settings=settings,
            judged_by=self._settings,
            regressors=regressors,
            round=round_number,
            discriminators=None
            if discriminators is None
            else {name: value.cpu().numpy() for name, value in discriminators.state_dict().items()},
        )

    def optimize(
        self,
        tasks: Sequence[BlockTask],
        settings: Settings,
        regressors: Mapping[str, Regressor],
        *,
        round_number: int = 0,
        discriminators: Discriminators | None = None,
    ) -> dict[int, BlockRecord]:
        """Do those of some blocks that are not done yet.

        Args:
            tasks: the blocks.
            settings: of the round.
            regressors: see :class:`RunData`.
            round_number: which round.
            discriminators: frozen.

        Returns:
            Number of each block of the round that is done -> what is known of it.

        Raises:
            KeyboardInterrupt: after the blocks under way were kept, too.
        """
        table = self._project.run_table
        known = {block.number: block for block in table.read_blocks(self._record.name, round_number)}
        self._done += sum(task.rows for task in tasks if task.number in known)
        missing = [task for task in tasks if task.number not in known]
        data = self.describe(settings, regressors, round_number=round_number, discriminators=discriminators)
        self._tell(round_number)  # the first block may be minutes away
        do_all(self._engine, optimize_block, data, missing, partial(self._keep, round_number))
        return {block.number: block for block in table.read_blocks(self._record.name, round_number)}

    def _keep(self, round_number: int, outcome: Outcome) -> None:
        task, result = outcome.item, outcome.result
        assert isinstance(task, BlockTask)
        assert isinstance(result, BlockResult)
        self._done, self._new = self._done + task.rows, self._new + task.rows
        self._project.run_table.keep_block(
            self._record.name,
            BlockRecord(
                *(round_number, task.number, outcome.attempts, result.seconds, outcome.worker),
                *(result.found, now()),
            ),
            progress=min(1.0, self._done / self._total),
        )
        rate = self._new / max(time.monotonic() - self._started, 1e-9)
        details: dict[str, Any] = {
            "bodies_per_second": round(rate, 2),
            "seconds_left": round((self._total - self._done) / rate),
        }
        if "memory" in result.found:
            details["memory"] = result.found["memory"]
        self._project.update_run(self._record.name, details=details)
        if self._progress and "memory" in result.found:
            self._progress(self._done, self._total, result.found["memory"])
        self._tell(round_number)

    def _tell(self, round_number: int) -> None:
        """Tell how far the run is, all its rounds counted."""
        if self._progress is None:
            return
        words = f"optimising bodies of run {self._record.name}"
        if round_number:
            words += f", round {round_number} of at most {self._settings.rounds}"
        self._progress(self._done, self._total, words)

    def finish(self, round_number: int) -> None:
        """Tell in the run's record what its blocks found; the snapshot is no longer needed."""
        found = [
            block.found for block in self._project.run_table.read_blocks(self._record.name, round_number)
        ]
        complaints = [words for each in found for words in each.get("complaints", [])]
        details: dict[str, Any] = {"seconds_left": 0}
        if complaints:
            details["complaints"] = list(dict.fromkeys(complaints))
        off = [each["off"] for each in found if "off" in each]
        if off:
            details["off"] = {term: why for term, why in off[0].items() if all(term in each for each in off)}
        set_aside = {key: why for each in found for key, why in each.get("set_aside", {}).items()}
        if set_aside:
            details["set_aside"] = set_aside
        self._project.update_run(self._record.name, details=details)
        (self.folder / SNAPSHOT_NAME).unlink(missing_ok=True)
