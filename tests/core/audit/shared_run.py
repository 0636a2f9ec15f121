"""A run whose views share their bodies, without optimising any."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.audit.observations import Observations, read_observations
from core.optimize.presets import get_preset
from core.optimize.translation import fill_translations
from core.project.project import Project
from core.project.runs import RunRecord


def take_estimates_for_a_run(project: Project) -> tuple[RunRecord, Observations]:
    """Keep the estimates of the first two subjects as the run ``four``; it, and what is seen of them."""
    fill_translations(project, "spin", regressor="J_std")
    rows = np.concatenate([project.rows_of(name) for name in project.keys.subjects[:2]])
    details = {"source": "spin", "scales": dict.fromkeys(get_preset("jointlens").terms, 1.0)}
    settings = replace(get_preset("jointlens", views=4), rounds=0)
    run = project.create_run("four", settings.to_dict(), shares_bodies=True, details=details)
    project.write_bodies("four", rows, project.read_bodies("spin", rows))
    return run, read_observations(project, rows)
