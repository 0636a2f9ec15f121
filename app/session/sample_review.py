"""The sample of frames that the audit found nothing in, which people look at to see what it misses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.errors import SettingsError
from core.project.reviews import Decision
from core.project.samples import MissRate, estimate_miss_rate, read_judgements, read_sample

if TYPE_CHECKING:
    from core.project.project import Project


@dataclass(frozen=True)
class SampleReview:
    """The drawn frames, and what was said about them.

    Attributes:
        keys: of the frames, in the order drawn.
        judgements: frame and reviewer -> what they said; ``accepted`` means that a label is bad.
        missed: what the audit misses, as far as people have looked.
    """

    keys: tuple[str, ...]
    judgements: dict[tuple[str, str], Decision]
    missed: MissRate

    @classmethod
    def read(cls, project: Project) -> SampleReview:
        """As the project holds it."""
        return cls(tuple(read_sample(project)), read_judgements(project), estimate_miss_rate(project))

    def find_next(self, reviewer: str, *, after: str | None = None) -> str:
        """The next frame that a reviewer has said nothing about, after a frame and around the end.

        Raises:
            SettingsError: no frame is left, or none was drawn.
        """
        if not self.keys:
            raise SettingsError("no sample was drawn; draw one first")
        start = self.keys.index(after) + 1 if after in self.keys else 0
        for key in (*self.keys[start:], *self.keys[:start]):
            if (key, reviewer) not in self.judgements:
                return key
        raise SettingsError("every sampled frame has been looked at")

    def count_judged(self, reviewer: str) -> int:
        """How many of the frames a reviewer has called good or bad."""
        return sum((key, reviewer) in self.judgements for key in self.keys)
