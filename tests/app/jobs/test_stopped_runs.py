from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.commands.catalogue import COMMANDS
from app.commands.command import Workspace
from app.commands.registry import CommandRegistry
from app.jobs.jobs import Jobs
from app.session.session import Session
from core.errors import SettingsError
from core.optimize.presets import get_preset
from core.project.project import Project

SETTINGS = get_preset("paper").with_only(["joint"]).to_dict() | {"iterations": 1, "balanced": False}


@pytest.mark.slow
def test_a_run_that_was_stopped_is_shown_and_gone_on_with(
    project_copy: Path, pump: Callable[..., None], request: pytest.FixtureRequest
) -> None:
    with Project.open(project_copy, exclusive=True) as project:
        details = {
            "rows": [[0, 3]],
            "source": "spin",
            "regressor": {"name": "J_std", "version": 1},
            "flags": {"excluded": 0, "journal_position": 0},
            "device": "cpu",
            "scales": dict.fromkeys(SETTINGS["terms"], 1.0),
        }
        project.create_run("half", SETTINGS, shares_bodies=False, details=details)
        project.update_run("half", state="failed", progress=0.4)
        session = Session(project)
        jobs = Jobs(session)
        request.addfinalizer(jobs.close)
        registry = CommandRegistry(Workspace(session, jobs), COMMANDS)
        request.addfinalizer(registry.close)
        (stopped,) = (job for job in session.jobs if job.run)
        assert (stopped.status, stopped.run) == ("interrupted", "half")
        assert "40%" in stopped.message
        registry.execute("job.resume", {"run": "half"})
        pump(jobs.poll, lambda: not jobs.working)
        (run,) = project.runs()
        assert run.state == "done"
        assert project.bodies_present("half")[:3].all()
        with pytest.raises(SettingsError, match="run 'half' is not one that was stopped"):
            registry.execute("job.resume", {"run": "half"})
