"""A finding: labels that an audit calls suspect, as one group as large as its cause."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from core.errors import ProjectError

Kind = Literal["subject-offset", "sequence-shift", "swap", "outlier", "drift"]
Verdict = Literal["bad-label", "bad-fit", "bad-regressor", "bad-camera", "undecided"]

KINDS: tuple[Kind, ...] = get_args(Kind)
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)


@dataclass(frozen=True)
class Finding:
    """Suspect labels, how large their error is, and what speaks for and against it.

    Attributes:
        id: the same for the same labels in every audit, e.g. ``drift:S5:Walking-1:RKnee:12-40``.
        kind: one joint of a subject off everywhere, a whole sequence moved, left and right exchanged, one
            joint of one frame off, or a joint that moves away within a sequence.
        subject: e.g. ``S5``.
        joint: name in the joint set; of a swap the limbs, ``legs``, ``arms`` or ``all``; None for all.
        sequence: action of the subject, e.g. ``Walking-1``; None for all of them.
        frames: first and last frame number, both included, from 1; None for all.
        effect_mm: how far the labels are off.
        interval_mm: 95% interval of that, with the variance between subjects in it.
        verdict: what is to blame.
        sentence: the finding in words.
        evidence_for: what speaks for the verdict, in words.
        evidence_against: what speaks against it.
        best_frames: keys of the frames that show it best, best first.
        score: by which findings are ranked; larger is surer.
        influence: what the labels do to the refitted regressor and the error table; None until computed.
    """

    id: str
    kind: Kind
    subject: str
    joint: str | None
    sequence: str | None
    frames: tuple[int, int] | None
    effect_mm: float
    interval_mm: tuple[float, float]
    verdict: Verdict
    sentence: str
    evidence_for: tuple[str, ...] = ()
    evidence_against: tuple[str, ...] = ()
    best_frames: tuple[str, ...] = ()
    score: float = 0.0
    influence: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ProjectError(f"{self.kind!r} is no kind of finding; expected one of {', '.join(KINDS)}")
        if self.verdict not in VERDICTS:
            raise ProjectError(f"{self.verdict!r} is no verdict; expected one of {', '.join(VERDICTS)}")

    def to_dict(self) -> dict[str, Any]:
        """JSON values, as ``audit --json`` prints them."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Finding:
        """The inverse of :meth:`to_dict`, also after a way through JSON."""
        frames = values["frames"]
        return cls(
            **{
                **values,
                "frames": None if frames is None else (int(frames[0]), int(frames[1])),
                "interval_mm": tuple(values["interval_mm"]),
                "evidence_for": tuple(values["evidence_for"]),
                "evidence_against": tuple(values["evidence_against"]),
                "best_frames": tuple(values["best_frames"]),
            }
        )


def name_finding(
    kind: Kind,
    subject: str,
    *,
    joint: str | None = None,
    sequence: str | None = None,
    frames: tuple[int, int] | None = None,
) -> str:
    """Id of a finding, from what it is about, so that reviews outlive a new audit."""
    span = None if frames is None else f"{frames[0]}-{frames[1]}"
    return ":".join(part for part in (kind, subject, sequence, joint, span) if part is not None)
