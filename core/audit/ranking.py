"""From evidence to findings: false-discovery control over all tests, verdicts, sentences, and the order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from core.audit.evidence import Evidence, SubjectEvidence
from core.audit.observations import Observations
from core.audit.sentences import say_drift, say_offset, say_outlier, say_shift, say_swap
from core.audit.verdicts import (
    OPTIMISED_RATIO,
    Judgement,
    count_agreeing,
    judge_drift,
    judge_offset,
    judge_outlier,
    judge_shift,
    judge_swap,
    measure_in_millimetres,
)
from core.project.finding import KINDS, Finding, Kind, name_finding
from core.project.frame_index import FrameIndex
from core.types import FloatArray
from core.units import MILLIMETRES

#: Ratio from which an offset counts on an estimator's bodies, given the subject's other joints; and the least
#: effect, metres.
ESTIMATED_RATIO, LEAST_OFFSET = 4.0, 0.012
#: Share of false findings among all that is accepted.
FALSE_DISCOVERIES = 0.05
#: Frames that are shown for a finding.
BEST_FRAMES = 4
_SUREST = 12.0
#: Degrees of freedom of the witnesses of outliers, for their heavy tails.
_TAIL = 5


def list_findings(evidence: Evidence, keys: FrameIndex) -> list[Finding]:
    """Findings in rank order: largest groups first, the surest of a kind first.

    Args:
        evidence: all results.
        keys: of the project, to name frames by.
    """
    by_kind: dict[Kind, list[tuple[Finding, float]]] = {
        "subject-offset": _list_offsets(evidence.subjects, keys),
        "sequence-shift": _list_shifts(evidence, keys),
        "swap": _list_swaps(evidence, keys),
        "outlier": _list_outliers(evidence, keys),
        "drift": _list_drifts(evidence, keys),
    }
    kept = [
        finding
        for kind, found in by_kind.items()
        for finding in control_false_discoveries(found, evidence.tests[kind])
    ]
    return sort_findings(kept)


def sort_findings(findings: Iterable[Finding]) -> list[Finding]:
    """In rank order; verdicts that nobody has to act on come last, and what all of a subject has first."""
    return sorted(
        findings,
        key=lambda finding: (
            finding.verdict not in ("bad-label", "bad-camera"),
            (finding.kind, finding.sequence) != ("swap", None),
            KINDS.index(finding.kind),
            -finding.score,
        ),
    )


def control_false_discoveries(found: Sequence[tuple[Finding, float]], tests: int) -> list[Finding]:
    """Findings that stay when the share of false ones is held down (Benjamini and Hochberg, 1995).

    Each kind is a family of its own: with tens of thousands of labels tested for outliers, a hundred cells of
    subjects and joints would otherwise have no say.

    Args:
        found: findings of one kind, with the probability of each where nothing is wrong.
        tests: how many tests of that kind were made; those that found nothing count as well.
    """
    if not found:
        return []
    order = np.argsort([p for _, p in found], kind="stable")
    ordered = np.array([found[index][1] for index in order])
    adjusted = ordered * max(tests, len(found)) / np.arange(1, len(found) + 1)
    adjusted = np.minimum(np.minimum.accumulate(adjusted[::-1])[::-1], 1.0)
    return [
        replace(found[index][0], score=round(float(min(_SUREST, stats.norm.isf(max(q, 1e-40) / 2))), 3))
        for index, q in zip(order, adjusted)
        if q <= FALSE_DISCOVERIES
    ]


def pick_offsets(subjects: SubjectEvidence) -> list[tuple[int, int]]:
    """Subjects and joints whose offset is larger than subjects differ by, the largest ratio first."""
    judged = subjects.judged
    if subjects.optimised:
        # What stands out only as long as the bodies lean on the label is shown as well, undecided.
        odd = np.fmax(judged.ratio, subjects.tests.ratio) > OPTIMISED_RATIO
    else:
        odd = np.nan_to_num(judged.ratio) > ESTIMATED_RATIO
    large = np.nan_to_num(judged.effect if subjects.optimised else subjects.tests.effect) > LEAST_OFFSET
    return [cell for cell in order_cells(subjects) if (odd & large)[cell]]


def order_cells(subjects: SubjectEvidence) -> list[tuple[int, int]]:
    """Subjects and joints that were tested, the largest ratio first."""
    ratio = np.where(np.isfinite(subjects.judged.ratio), subjects.judged.ratio, -1.0)
    cells = [divmod(int(cell), ratio.shape[1]) for cell in np.argsort(-ratio, axis=None, kind="stable")]
    return [cell for cell in cells if ratio[cell] >= 0]


def list_cells(subjects: SubjectEvidence) -> list[dict[str, Any]]:
    """Subjects and joints that were tested, for JSON, the largest ratio first.

    ``effect_mm`` and ``ratio`` are those that decide; ``with_label_mm`` and ``with_label_ratio`` those of the
    bodies as they are; the same where the bodies were not fitted anew without the label. ``offset_mm`` is the
    one that decides, label less what the other subjects have, in the rest frame of ``bone``, an index.
    """
    tests = {"": subjects.judged, "with_label_": subjects.tests if subjects.optimised else subjects.judged}
    names = subjects.observations.instants.subject_names
    cells = []
    for subject, joint in order_cells(subjects):
        cell: dict[str, Any] = {"subject": names[subject], "joint": subjects.joint_names[joint]}
        for prefix, each in tests.items():
            effect = "effect_mm" if not prefix else f"{prefix}mm"
            cell[effect] = measure_in_millimetres(float(each.effect[subject, joint]))
            cell[f"{prefix}ratio"] = round(float(each.ratio[subject, joint]), 2)
        cell["offset_mm"] = (MILLIMETRES * subjects.judged.offset[subject, joint]).round(2).tolist()
        cell["bone"] = int(subjects.carriers[joint])
        cell["left_out"] = bool(subjects.doubted[subject, joint])
        cells.append(cell)
    return cells


def _list_offsets(subjects: SubjectEvidence | None, keys: FrameIndex) -> list[tuple[Finding, float]]:
    if subjects is None:
        return []
    observations = subjects.observations
    instants, names = observations.instants, subjects.joint_names
    suspects, found = pick_offsets(subjects), []
    tests = subjects.judged
    for subject, joint in suspects:
        offset = tests.offset[subject, joint]
        own = np.flatnonzero(instants.subjects == subject)
        along = subjects.residuals.local[own, joint] @ offset / max(float(np.linalg.norm(offset)), 1e-9)
        spread_out = _pick_one_a_sequence(own, np.nan_to_num(along, nan=-1.0), instants.sequences)
        finding = _make(
            "subject-offset",
            instants.subject_names[subject],
            judge_offset(subjects, subject, joint, suspects),
            joint=names[joint],
            effect=float(tests.effect[subject, joint]),
            interval=(float(tests.interval[subject, joint, 0]), float(tests.interval[subject, joint, 1])),
            best=_show(observations, subjects.residuals.apart[:, joint], spread_out, keys),
        )
        agreeing, sequences = count_agreeing(subjects, subject, joint)
        count = int(np.isfinite(subjects.tests.effect).any(axis=1).sum())
        sentence = say_offset(finding, offset, subjects=count, agreeing=agreeing, sequences=sequences)
        p = tests.p[subject, joint]
        if finding.verdict == "undecided":
            p = np.fmin(p, subjects.tests.p[subject, joint])
        found.append((replace(finding, sentence=sentence), float(p)))
    return found


def _list_shifts(evidence: Evidence, keys: FrameIndex) -> list[tuple[Finding, float]]:
    found, instants = [], evidence.observations.instants
    for shift in evidence.shifts:
        subject, action = instants.sequence_names[shift.sequence]
        rows = instants.rows_of_sequence(shift.sequence)
        middle = np.unique(np.linspace(rows.start, rows.stop - 1, BEST_FRAMES + 2)[1:-1].astype(int))
        effect = float(np.linalg.norm(shift.offset))
        finding = _make(
            "sequence-shift",
            subject,
            judge_shift(shift),
            sequence=action,
            effect=effect,
            interval=(max(0.0, effect - 1.96 * shift.error), effect + 1.96 * shift.error),
            best=_show(evidence.observations, None, middle, keys),
        )
        p = float(stats.chi.sf(min(shift.ratio, 30.0), 3))
        found.append((replace(finding, sentence=say_shift(finding, shift.cameras)), p))
    return found


def _list_swaps(evidence: Evidence, keys: FrameIndex) -> list[tuple[Finding, float]]:
    found, instants = [], evidence.observations.instants
    for swap in evidence.swaps:
        first, last = swap.instants
        subject, action = instants.sequence_names[instants.sequences[first]]
        throughout = swap.exchange is not None
        shown = np.unique(np.linspace(first, last, BEST_FRAMES).round().astype(int))
        finding = _make(
            "swap",
            subject,
            judge_swap(swap),
            joint=swap.limb,
            sequence=None if throughout else action,
            frames=None if throughout else (int(instants.frames[first]), int(instants.frames[last])),
            effect=swap.distance,
            interval=(swap.distance, swap.distance),
            best=_show(evidence.observations, None, shown, keys),
        )
        p = float(np.exp(-min(swap.evidence, 300.0)))
        found.append((replace(finding, sentence=say_swap(finding)), p))
    return found


def _list_outliers(evidence: Evidence, keys: FrameIndex) -> list[tuple[Finding, float]]:
    found, instants = [], evidence.observations.instants
    for outlier in evidence.outliers:
        subject, action = instants.sequence_names[instants.sequences[outlier.instant]]
        frame = int(instants.frames[outlier.instant])
        error = 1.96 * outlier.distance / max(outlier.path_ratio, 1.0)
        finding = _make(
            "outlier",
            subject,
            judge_outlier(outlier),
            joint=evidence.joint_set.names[outlier.joint],
            sequence=action,
            frames=(frame, frame),
            effect=outlier.distance,
            interval=(max(0.0, outlier.distance - error), outlier.distance + error),
            best=_show(
                evidence.observations,
                evidence.residuals.apart[:, outlier.joint],
                np.array([outlier.instant]),
                keys,
            ),
        )
        p = float(stats.t.sf(outlier.path_ratio, _TAIL) * stats.t.sf(outlier.model_ratio, _TAIL))
        found.append((replace(finding, sentence=say_outlier(finding)), p))
    return found


def _list_drifts(evidence: Evidence, keys: FrameIndex) -> list[tuple[Finding, float]]:
    found, instants = [], evidence.observations.instants
    for drift in evidence.drifts:
        subject, action = instants.sequence_names[drift.sequence]
        first, last = drift.instants
        effect = float(np.linalg.norm(drift.change))
        finding = _make(
            "drift",
            subject,
            judge_drift(drift, evidence),
            joint=evidence.joint_set.names[drift.joint],
            sequence=action,
            frames=(int(instants.frames[first]), int(instants.frames[last])),
            effect=effect,
            interval=(max(0.0, effect - 1.96 * drift.error), effect + 1.96 * drift.error),
            best=_show(
                evidence.observations,
                evidence.residuals.apart[:, drift.joint],
                np.array([last, (first + last) // 2, first]),
                keys,
            ),
        )
        found.append((replace(finding, sentence=say_drift(finding, drift.change)), drift.p))
    return found


def _make(
    kind: Kind,
    subject: str,
    judgement: Judgement,
    *,
    effect: float,
    interval: tuple[float, float],
    best: tuple[str, ...],
    joint: str | None = None,
    sequence: str | None = None,
    frames: tuple[int, int] | None = None,
) -> Finding:
    return Finding(
        id=name_finding(kind, subject, joint=joint, sequence=sequence, frames=frames),
        kind=kind,
        subject=subject,
        joint=joint,
        sequence=sequence,
        frames=frames,
        effect_mm=measure_in_millimetres(effect),
        interval_mm=(measure_in_millimetres(interval[0]), measure_in_millimetres(interval[1])),
        verdict=judgement.verdict,
        sentence="",
        evidence_for=judgement.evidence_for,
        evidence_against=judgement.evidence_against,
        best_frames=best,
    )


def _pick_one_a_sequence(
    rows: NDArray[np.intp], value: FloatArray, sequences: NDArray[np.integer]
) -> NDArray[np.intp]:
    """The rows of the greatest value in each sequence, the greatest first."""
    best: dict[int, tuple[float, int]] = {}
    for row, number in zip(rows, value):
        sequence = int(sequences[row])
        if number > best.get(sequence, (-np.inf, 0))[0]:
            best[sequence] = float(number), int(row)
    return np.array([row for _, row in sorted(best.values(), reverse=True)], np.intp)


def _show(
    observations: Observations,
    apart: FloatArray | None,
    instants: NDArray[np.integer],
    keys: FrameIndex,
) -> tuple[str, ...]:
    """Keys of some instants, each in the camera that shows most of an offset (N, 3), or in its first one."""
    shown = []
    for instant in instants[:BEST_FRAMES]:
        views = np.flatnonzero(observations.instant_of == instant)
        if not len(views):
            continue
        seen = 0 if apart is None else int(np.nan_to_num(np.linalg.norm(apart[views, :2], axis=1)).argmax())
        shown.append(str(keys[int(observations.rows[views[seen]])]))
    return tuple(shown)
