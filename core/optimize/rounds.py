"""One shape a subject, and rounds in which regressor and bodies are fitted in turn.

Bodies that were optimised with a regressor agree with it, errors included, and a regressor refitted to them
inherits that. So no subject is optimised with a regressor that has seen it: each round fits one
regressor a subject to all the others (cross-fitting). Rounds end when a held-out training subject no longer
gains; the test subjects have no say.

A round is done in blocks, wherever there are workers. Its two barriers are that a subject's shape must be
found before the bodies that keep it, and that all bodies must be there before regressors are fitted to them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.engine.engine import Engine
from core.optimize.block_run import BlockRun
from core.optimize.blocks import BATCH, list_tasks, plan_blocks
from core.optimize.fitting import fit_rows, read_blocks, split_by_subject
from core.optimize.run_details import read_run_regressor
from core.optimize.settings import Settings
from core.progress import ProgressCallback
from core.regressor.fit import Alignment
from core.regressor.record import Regressor

if TYPE_CHECKING:
    from core.project.project import Project
    from core.project.runs import RunRecord


#: The training subject that decides when to stop; the last one where the data set lacks it.
HELD_OUT = "S8"
#: Share by which the held-out subject may come to agree worse with joints and masks for a round to be kept:
#: what is left of the disagreement is mostly the masks' own, and goes up and down by as much.
MOST_LOSS = 0.01
#: Images that a subject's shape is found from; the other bodies then keep it.
SHAPE_SAMPLE = 128
#: Bodies that stay together in the sample where their motion is to be smooth.
NEIGHBOURS = 16


def plan_rounds(
    project: Project, rows: NDArray[np.intp], settings: Settings, *, size: int
) -> tuple[list[NDArray[np.intp]], int]:
    """Cut a run into a sample of each subject, from which its shape is found, and blocks of the other bodies.

    Args:
        project: whose rows.
        rows: of the run, ascending.
        settings: of the run.
        size: bodies of a block.

    Returns:
        Rows of each block, the samples first; and how many these are.
    """
    together = NEIGHBOURS if "smoothness" in settings.active else 1
    samples, others = [], []
    for part in split_by_subject(project, rows).values():
        units = project.keys.instants[part] if settings.views > 1 else part
        names = np.unique(units)
        named = _spread_out(len(names), SHAPE_SAMPLE // settings.views, together=together)
        chosen = np.isin(units, names[named])
        samples.append(part[chosen])
        others += plan_blocks(part[~chosen], units[~chosen], size=size, batch=BATCH, shuffle=False)
    return [*samples, *others], len(samples)


def optimize_in_rounds(
    project: Project,
    record: RunRecord,
    settings: Settings,
    engine: Engine,
    *,
    progress: ProgressCallback | None = None,
) -> None:
    """Optimise a run in blocks, then again in the settings' rounds.

    Args:
        project: open for writing.
        record: the run; what its details tell of earlier progress is taken up.
        settings: of the run.
        engine: does the blocks.
        progress: told of bodies done, over all rounds.
    """
    tasks = list_tasks(project, record)
    samples = {
        project.keys[project.run_table.read_block_rows(record, task.number)[0]].subject: task
        for task in tasks
        if task.shares_shape
    }
    held_out = HELD_OUT if HELD_OUT in samples else list(samples)[-1]
    rounds = settings.rounds if len(samples) > 1 else 0
    first = read_run_regressor(project, record)
    state: dict[str, Any] = {"round": 0, "held_out": [], "regressors": {}, "whole": [], "moves_mm": []}
    state |= {name: record.details[name] for name in state if name in record.details}
    rows = sum(task.rows for task in tasks)
    run = BlockRun(project, record, settings, engine, total=rows * (rounds + 1), progress=progress)
    run.skip(state["round"] * rows)
    with run.frozen_flags():
        while state["round"] <= rounds:
            number = state["round"]
            if number and not state["regressors"]:
                state["regressors"], whole = _fit_without_each(project, record.name, list(samples))
                before = _unpack(first, state["whole"]) if state["whole"] else first
                state["whole"] = _pack(whole)
                state["moves_mm"] = [*state["moves_mm"], _measure_move(project, before.weights, whole)]
                project.update_run(record.name, details=state)
            regressors = {name: _unpack(first, packed) for name, packed in state["regressors"].items()}
            stepping = slow_down(settings, number) if number else settings
            project.run_table.start_round(record, number)
            found = run.optimize(
                [task for task in tasks if task.shares_shape],
                stepping,
                regressors or {"": first},
                round_number=number,
            )
            disagreement = found[samples[held_out].number].found.get("disagreement", np.inf)
            # The first regressor has seen every subject, so only rounds can be compared with each other.
            if number > 1 and not disagreement <= (1 + MOST_LOSS) * state["held_out"][-1]:
                project.update_run(record.name, details={"stopped_after_round": number - 1})
                project.run_table.forget_round(record, number)
                break
            run.optimize(
                [task for task in tasks if not task.shares_shape],
                stepping,
                regressors or {"": first},
                round_number=number,
            )
            project.run_table.show_round(record.name, number)
            state |= {"held_out": [*state["held_out"], disagreement], "round": number + 1, "regressors": {}}
            project.update_run(record.name, details={**state, "stopped_after_round": number})
    run.finish(project.read_run(record.name).round)


def slow_down(settings: Settings, number: int) -> Settings:
    """The settings of a round, which are counted from 1."""
    joint = settings.terms["joint"].weight * settings.round_joint_gain**number
    return replace(
        settings.with_term("joint", weight=joint),
        iterations=settings.round_iterations,
        placing_steps=0,
        step_size=settings.step_size * settings.round_rate,
        transl_step_size=settings.rates[1] * settings.round_rate,
        betas_step_size=settings.betas_step_size * settings.round_rate,
    )


def _spread_out(count: int, wanted: int, *, together: int) -> NDArray[np.bool_]:
    """(count,) which of some bodies in a row are taken so that about as many as wanted are, in groups."""
    groups = np.arange(count) // together
    chosen = np.linspace(0, groups[-1], max(1, wanted // together)).astype(np.intp)
    return np.isin(groups, chosen)


def _fit_without_each(
    project: Project, run: str, names: list[str]
) -> tuple[dict[str, list[list[list[float]]]], NDArray[np.floating]]:
    """Subject -> regressor fitted to the bodies of all the others, packed; and that of all of them."""
    present = project.bodies_present(run)
    subjects = {name: rows[present[rows]] for name in names for rows in [project.rows_of(name)]}
    everything = np.concatenate(list(subjects.values()))
    alignment: Alignment = "absolute" if project.has_absolute_labels else "free"
    fit = fit_rows(project, everything, source=run, alignment=alignment)
    others = {
        subject: _pack(
            fit.fit_without(
                lambda rows=rows: read_blocks(project, rows, source=run, alignment=alignment)  # type: ignore[misc]
            )
        )
        for subject, rows in subjects.items()
    }
    return others, fit.weights_


def _measure_move(project: Project, before: NDArray[np.floating], after: NDArray[np.floating]) -> float:
    """Mean distance between the joints of two regressors on the rest mesh, millimetres."""
    moves = (after - before) @ project.body().v_template.astype(np.float64)
    return round(1000 * float(np.linalg.norm(moves, axis=-1).mean()), 3)


def _pack(weights: NDArray[np.floating]) -> list[list[list[float]]]:
    """Each row's [vertex, weight] pairs, for the run's record."""
    return [[[int(vertex), float(row[vertex])] for vertex in np.flatnonzero(row)] for row in weights]


def _unpack(like: Regressor, packed: list[list[list[float]]]) -> Regressor:
    weights = np.zeros_like(like.weights)
    for row, pairs in zip(weights, packed, strict=True):
        for vertex, weight in pairs:
            row[int(vertex)] = weight
    return Regressor(
        name=f"{like.name}, refitted", weights=weights, topology=like.topology, joint_set=like.joint_set
    )
