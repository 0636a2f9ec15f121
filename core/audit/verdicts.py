"""What is to blame for a finding, and what speaks for and against it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.audit.drifts import Drift
from core.audit.evidence import Evidence, SubjectEvidence
from core.audit.outliers import Outlier
from core.audit.shifts import Shift
from core.audit.swaps import Swap
from core.project.finding import Verdict
from core.units import MILLIMETRES
from core.words import count, in_millimetres, name_joint

#: Share of a subject's sequences that must show its offset.
_MOST = 0.6
#: Share of the subjects that are off at a joint, from which on it is the regressor that is wrong.
_MANY = 0.5
#: Share of an offset that the mirrored joint must repeat for the body's shape to be blamed.
_REPEATED = 0.5
#: Ratio below which an offset, given the subject's other joints, is one that wrong poses explain.
_EXPLAINED = 1.0
#: Ratio to what subjects usually differ by, from which an offset counts on bodies that were optimised.
OPTIMISED_RATIO = 4.5
#: Change of a length to a neighbouring label from which on it confirms a drift, metres.
_CONFIRMING = 0.006


@dataclass(frozen=True)
class Judgement:
    """A verdict with its reasons."""

    verdict: Verdict
    evidence_for: tuple[str, ...]
    evidence_against: tuple[str, ...]


def count_agreeing(subjects: SubjectEvidence, subject: int, joint: int) -> tuple[int, int]:
    """In how many of a subject's sequences a joint lies off by half its offset or more, and of how many."""
    centres = subjects.list_centres(subject, joint)
    of_subject = subjects.observations.instants.subject_of_sequence == subject
    own, mean = centres[of_subject], np.nanmedian(centres[~of_subject], axis=0)
    own = own[np.isfinite(own).all(axis=1)]
    offset = (subjects.judged if subjects.optimised else subjects.tests).offset[subject, joint]
    along = (own - mean) @ offset / max(float(offset @ offset), 1e-12)
    return int((along > 0.5).sum()), len(own)


def judge_offset(
    subjects: SubjectEvidence, subject: int, joint: int, suspects: list[tuple[int, int]]
) -> Judgement:
    """A joint that lies elsewhere in one subject."""
    agreeing, sequences = count_agreeing(subjects, subject, joint)
    given, judged = subjects.given_others, subjects.judged if subjects.optimised else subjects.tests
    left_out = bool(subjects.doubted[subject, joint])
    peers = sum(1 for _, other in suspects if other == joint)
    own = sum(1 for other, _ in suspects if other == subject)
    tested = int(np.isfinite(subjects.tests.effect[:, joint]).sum())
    shown = f"shown by {agreeing} of its {count(sequences, 'sequence')}"
    ratio = f"{judged.ratio[subject, joint]:.1f} times what subjects usually differ by"
    if left_out:
        hidden = float(subjects.tests.effect[subject, joint])
        ratio += (
            f", on bodies fitted without this label; with it {in_millimetres(hidden)} mm and "
            f"{subjects.tests.ratio[subject, joint]:.1f} times, as bodies follow their labels"
        )
    alone = (
        f"{in_millimetres(float(given.effect[subject, joint]))} mm are left when errors of pose and shape "
        "are allowed for"
    )
    if not subjects.optimised:
        bodies = ["the bodies are an estimator's and have errors of their own; optimise, and audit again"]
    elif not left_out:
        bodies = ["the bodies were optimised towards these labels, which hides part of an offset"]
    else:
        bodies = []
    if peers > _MANY * tested:
        return Judgement(
            "bad-regressor", (f"{peers} of {tested} subjects are off at this joint",), (shown, ratio)
        )
    fit = []
    if is_mirrored(subjects, subject, joint):
        fit.append("the mirrored joint is off alike, as where the shape of the bodies is wrong")
    if given.ratio[subject, joint] < _EXPLAINED:
        fit.append("errors of pose and shape of this subject's bodies can explain it")
    # Bodies that pictures and labels have corrected are off by less than what stands out here.
    if fit and not subjects.optimised:
        return Judgement("bad-fit", tuple(fit), (shown, ratio))
    if agreeing < _MOST * sequences:
        return Judgement("undecided", (ratio, alone), (shown, *bodies, *fit))
    if left_out and judged.ratio[subject, joint] < subjects.tests.ratio[subject, joint]:
        fit.append("it stands out less once the bodies do not lean on the label")
    if left_out and judged.ratio[subject, joint] <= OPTIMISED_RATIO:
        return Judgement("undecided", (shown, alone), (ratio, *fit))
    against = [*bodies, *fit]
    if own > 2:
        against.append(f"{own} joints of this subject are off, as if its bodies did not fit")
    return Judgement("bad-label", (shown, ratio, alone), tuple(against))


def is_mirrored(subjects: SubjectEvidence, subject: int, joint: int) -> bool:
    """Whether the joint on the other side of the body has much of the same offset, mirrored."""
    mirror = subjects.mirrors[joint]
    if mirror == joint:
        return False
    tests = subjects.judged
    own = tests.offset[subject, joint]
    other = tests.offset[subject, mirror] * [-1, 1, 1]
    return bool(other @ own > _REPEATED * float(own @ own))


def judge_shift(shift: Shift) -> Judgement:
    """A sequence whose labels lie beside the masks."""
    seen, looking = shift.cameras
    inside, usual = 100 * shift.inside, 100 * shift.usual_inside
    masks = f"{inside:.0f}% of the labels lie inside the masks, usually {usual:.0f}%"
    if looking < 2:
        return Judgement(
            "undecided", (masks,), ("one camera cannot tell a moved person from a moved camera",)
        )
    if seen == looking:
        return Judgement(
            "bad-label",
            (f"all {looking} cameras see the same shift", masks),
            ("the cameras may all have been moved together",),
        )
    if seen > looking / 2:
        return Judgement(
            "bad-label", (f"{seen} of {looking} cameras see the same shift", masks), ("the others do not",)
        )
    return Judgement(
        "bad-camera",
        (f"only {seen} of {looking} cameras agree on the shift: one is not where it is said to be",),
        (masks,),
    )


def judge_swap(swap: Swap) -> Judgement:
    """Exchanged limbs."""
    if (told := swap.exchange) is not None:
        fit = (
            f"the bodies of {told.source} lie {in_millimetres(told.as_they_are)} mm from the labels, and "
            f"{in_millimetres(told.exchanged)} mm with left and right exchanged"
        )
        if told.labels_hold:
            return Judgement("bad-fit", (fit, told.labels_hold), ())
        return Judgement("bad-label", (fit,), (f"{told.source} alone says so; its bodies could be mirrored",))
    exchanged = f"log-likelihood ratio {swap.evidence:.0f} in favour of exchanged limbs"
    apart = f"the exchanged joints are {in_millimetres(swap.distance)} mm apart"
    if swap.distance < 0.1:
        return Judgement("bad-label", (exchanged,), (f"{apart}, which is little",))
    return Judgement("bad-label", (exchanged, apart), ())


def judge_outlier(outlier: Outlier) -> Judgement:
    """A single label somewhere else."""
    return Judgement(
        "bad-label",
        (
            f"{in_millimetres(outlier.distance)} mm from the path of its neighbours in time, "
            f"{outlier.path_ratio:.0f} times the usual",
            f"{in_millimetres(outlier.model_distance)} mm from where the body has it around that time",
        ),
        () if outlier.model_ratio > 6 else ("the estimated body is unsteady here",),
    )


def judge_drift(drift: Drift, evidence: Evidence) -> Judgement:
    """A joint that moves away within a sequence."""
    residual = f"the residual in the bone's frame changes by {in_millimetres(drift.residual_change)} mm"
    length = f"the distance to a neighbouring label changes by {in_millimetres(drift.length_change)} mm"
    name = name_joint(evidence.joint_set.names[drift.joint])
    if drift.length_change >= _CONFIRMING:
        return Judgement("bad-label", (length, residual), ())
    return Judgement(
        "undecided",
        (residual,),
        (f"no distance from the {name} changes: the body may be turning instead of the label",),
    )


def measure_in_millimetres(metres: float) -> float:
    """One decimal."""
    return round(MILLIMETRES * float(metres), 1)
