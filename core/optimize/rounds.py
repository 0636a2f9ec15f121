"""One shape a subject, and rounds in which regressor and bodies are fitted in turn.

Bodies that were optimised with a regressor agree with it, errors included, and a regressor refitted to them
inherits that. So no subject is optimised with a regressor that has seen it: each round fits one
regressor a subject to all the others (cross-fitting). Rounds end when a held-out training subject no longer
gains; the test subjects have no say.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.optimize.halving import Halver
from core.optimize.loop import Optimizer
from core.optimize.opening import open_optimizer
from core.optimize.outlines import find_mask_offsets
from core.optimize.posed_bodies import PosedBodies
from core.optimize.problem import OptimizableBody, load_problem
from core.optimize.refit import fit_rows, read_blocks, split_by_subject
from core.optimize.run_details import keep_complaints, read_run_regressor, read_run_rows
from core.optimize.settings import Settings
from core.regressor.fit import Alignment
from core.regressor.record import Regressor
from core.types import BodyParameters

if TYPE_CHECKING:
    from core.project.project import Project
    from core.project.runs import RunRecord

ProgressCallback = Callable[[int, int, str], None]

#: The training subject that decides when to stop; the last one where the data set lacks it.
HELD_OUT = "S8"
#: Share by which the held-out subject may come to agree worse with joints and masks for a round to be kept:
#: what is left of the disagreement is mostly the masks' own, and goes up and down by as much.
MOST_LOSS = 0.01
#: Images that a subject's shape is found from; the other bodies then keep it.
SHAPE_SAMPLE = 128
#: Bodies that stay together in the sample where their motion is to be smooth.
NEIGHBOURS = 16
#: Bodies at a time on the processor, and images on a card.
_BATCH, _CARD_BATCH = 40, 512


def optimize_subjects(
    project: Project,
    record: RunRecord,
    settings: Settings,
    *,
    progress: ProgressCallback | None = None,
) -> None:
    """Optimise a run subject by subject, then again in the settings' rounds.

    Args:
        project: open for writing.
        record: the run; what its details tell of earlier progress is taken up.
        settings: of the run.
        progress: told of bodies done, over all rounds.
    """
    rows = read_run_rows(record)
    subjects = split_by_subject(project, rows)
    held_out = HELD_OUT if HELD_OUT in subjects else list(subjects)[-1]
    rounds = settings.rounds if len(subjects) > 1 else 0
    body = OptimizableBody.from_model(project.body())
    first = read_run_regressor(project, record)
    state: dict[str, Any] = {"round": 0, "finished": [], "held_out": [], "regressors": {}}
    state |= {"whole": [], "moves_mm": []}
    state |= {name: record.details[name] for name in state if name in record.details}
    total, done = len(rows) * (rounds + 1), 0
    while state["round"] <= rounds:
        number = state["round"]
        if number and not state["regressors"]:
            state["regressors"], whole = _fit_without_each(project, record.name, subjects)
            before = _unpack(first, state["whole"]) if state["whole"] else first
            state["whole"] = _pack(whole)
            state["moves_mm"] = [*state["moves_mm"], _measure_move(project, before.weights, whole)]
        stepping = settings if not number else slow_down(settings, number)
        for subject in sorted(subjects, key=lambda name: name != held_out):
            if subject in state["finished"]:
                continue
            regressor = first if not number else _unpack(first, state["regressors"][subject])
            parameters, disagreement = _optimize_subject(
                project, record, subjects[subject], stepping, body, regressor, settings, again=number > 0
            )
            if subject == held_out:
                # The first regressor has seen every subject, so only rounds can be compared with each other.
                if number > 1 and disagreement > (1 + MOST_LOSS) * state["held_out"][-1]:
                    project.update_run(record.name, details={"stopped_after_round": number - 1})
                    return
                state["held_out"] = [*state["held_out"], disagreement]
            project.write_bodies(record.name, subjects[subject], parameters)
            state["finished"] = [*state["finished"], subject]
            done = number * len(rows) + sum(len(subjects[name]) for name in state["finished"])
            project.update_run(record.name, progress=done / total, details=state)
            if progress:
                progress(done, total, f"optimising bodies of run {record.name}, round {number}")
        state |= {"round": number + 1, "finished": [], "regressors": {}}
    project.update_run(record.name, details={**state, "stopped_after_round": rounds})


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


def _optimize_subject(
    project: Project,
    record: RunRecord,
    rows: NDArray[np.intp],
    settings: Settings,
    body: OptimizableBody,
    regressor: Regressor,
    judged_by: Settings,
    *,
    again: bool,
) -> tuple[BodyParameters, float]:
    """One subject's bodies, and how badly those that its shape was found from agree with the evidence.

    This is judged by the same weights in every round.
    """
    units = project.keys.instants[rows] if settings.views > 1 else rows
    names = np.unique(units)
    named = _spread_out(
        len(names),
        SHAPE_SAMPLE // settings.views,
        together=NEIGHBOURS if "smoothness" in settings.active else 1,
    )
    sample = np.flatnonzero(np.isin(units, names[named]))
    optimised = [np.zeros((len(rows), width), np.float32) for width in (3, 69, 10, 3)]

    def optimize(chosen: NDArray[np.intp], betas: NDArray[np.floating] | None) -> Optimizer:
        problem = load_problem(
            project,
            rows[chosen],
            source=record.details["source"],
            regressor=regressor,
            body=body,
            device=record.details["device"],
        )
        if again:
            problem = problem.with_start(
                PosedBodies.from_parameters(project.read_bodies(record.name, rows[chosen]))
            )
            if settings.mask_ramp:
                problem = replace(problem, mask_offsets=find_mask_offsets(problem))
        if betas is not None:
            problem = problem.with_shape(betas)
        optimizer = open_optimizer(
            problem, settings, scales=record.details["scales"], hold_shape=betas is not None
        )
        for _ in range(settings.iterations):
            optimizer.advance()
        keep_complaints(project, record.name, problem)
        found = optimizer.read_bodies().to_parameters()
        for array, part in zip(
            optimised, (found.global_orient, found.body_pose, found.betas, found.transl), strict=True
        ):
            array[chosen] = part
        return optimizer

    disagreement = 0.0

    def find_shape(chosen: NDArray[np.intp]) -> None:
        nonlocal disagreement
        disagreement = optimize(chosen, None).measure_evidence(judged_by)

    halver = Halver(lambda words: project.update_run(record.name, details={"memory": words}))
    halver.run(find_shape, sample, np.zeros(len(sample), np.intp))
    shape = optimised[2][sample[0]]
    rest = names[~named]
    size = _BATCH if record.details["device"] == "cpu" else _CARD_BATCH // settings.views
    for start in range(0, len(rest), size):
        chosen = np.flatnonzero(np.isin(units, rest[start : start + size]))
        halver.run(lambda part: optimize(part, shape), chosen, units[chosen])
    return BodyParameters(*optimised), disagreement


def _spread_out(count: int, wanted: int, *, together: int) -> NDArray[np.bool_]:
    """(count,) which of some bodies in a row are taken so that about as many as wanted are, in groups."""
    groups = np.arange(count) // together
    chosen = np.linspace(0, groups[-1], max(1, wanted // together)).astype(np.intp)
    return np.isin(groups, chosen)


def _fit_without_each(
    project: Project, run: str, subjects: dict[str, NDArray[np.intp]]
) -> tuple[dict[str, list[list[list[float]]]], NDArray[np.floating]]:
    """Subject -> regressor fitted to the bodies of all the others, packed; and that of all of them."""
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
