"""A project of many frames is as quick as one of few because nothing reads what is not looked at."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from app.commands.catalogue import COMMANDS
from app.commands.command import Workspace
from app.commands.registry import CommandRegistry
from app.jobs.jobs import Jobs
from app.session.session import Session
from core.project.arrays import CHUNK_ROWS, ArrayStore
from core.project.project import Project
from core.project.repetition import repeat_frames

#: Labels come by the block of 256 for each place one goes to, which many frames make few.
FRAMES = 40_000


def test_going_about_reads_a_few_rows_however_many_there_are(
    project_small: Path, tmp_path: Path, pump: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Project.open(project_small, read_only=True) as few:
        repeat_frames(few, tmp_path / "many", frames=FRAMES)
    lengths: list[int] = []
    read = ArrayStore.read

    def count(store: ArrayStore, name: str, rows: NDArray[np.intp] | None = None) -> NDArray[Any]:
        values = read(store, name, rows)
        lengths.append(len(values))
        return values

    with Project.open(tmp_path / "many", exclusive=True) as project:
        monkeypatch.setattr(ArrayStore, "read", count)
        session = Session(project)
        jobs = Jobs(session)
        registry = CommandRegistry(Workspace(session, jobs), COMMANDS)
        keys = project.keys
        far, subject = keys[len(keys) - 1], keys.subjects[0]

        def arrive() -> None:
            pump(jobs.poll, lambda: session.frame_data is not None and session.frame_data.row == session.row)

        try:
            arrive()
            for command, arguments in (
                ("frame.go", {"key": str(far)}),
                ("camera.next", {}),
                ("label.flag", {"subject": subject, "joint": "RAnkle", "reason": "of all its frames"}),
                (
                    "label.flag",
                    {"subject": far.subject, "joint": "Nose", "action": far.action, "reason": "x"},
                ),
                ("edit.undo", {}),
                ("flagged.next", {}),
                ("flagged.next", {"back": True}),
            ):
                registry.execute(command, arguments)
                arrive()
            assert session.key.subject == subject
            assert session.frame_data is not None
            assert session.frame_data.flagged[project.joint_set.index("RAnkle")]
        finally:
            registry.close()
            jobs.close()
    assert len(keys) >= FRAMES
    assert lengths
    assert max(lengths) < CHUNK_ROWS
    assert sum(lengths) < FRAMES // 10
