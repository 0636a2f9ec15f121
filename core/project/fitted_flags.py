"""The flags that a regressor was fitted without, beside those that stand now."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.project.flag_history import list_flags_at
from core.project.flags import Flag
from core.project.subject_split import list_training_subjects

if TYPE_CHECKING:
    from core.project.project import Project
    from core.regressor.record import Regressor

#: Flags that a sentence names one by one; more are counted.
_NAMED = 3


@dataclass(frozen=True)
class FittedFlags:
    """What a regressor's fit left out, and what would be left out now; flags of test subjects concern no fit.

    Attributes:
        left_out: the flags that stood when it was fitted.
        withdrawn: those of them that stand no more; their labels would take part now.
        added: the flags that have come since; their labels took part.
        all_in: whether it was fitted with flagged labels left in, so that no flag concerns it.
    """

    left_out: tuple[Flag, ...] = ()
    withdrawn: tuple[Flag, ...] = ()
    added: tuple[Flag, ...] = ()
    all_in: bool = False

    @property
    def changed(self) -> bool:
        """Whether a refit would leave out other labels now."""
        return bool(self.withdrawn or self.added)

    def without(self, hides: Callable[[Flag], bool]) -> FittedFlags:
        """The same without the flags that are not to be told of."""
        left_out, withdrawn, added = (
            tuple(flag for flag in flags if not hides(flag))
            for flags in (self.left_out, self.withdrawn, self.added)
        )
        return FittedFlags(left_out, withdrawn, added, all_in=self.all_in)

    @property
    def sentence(self) -> str:
        """``fitted without S9 LAnkle; flags have changed since: S9 LAnkle is flagged no more``."""
        if self.all_in:
            return "fitted with flagged labels left in"
        told = f"fitted without {_name(self.left_out)}" if self.left_out else "fitted with no label flagged"
        since = [f"{_name(self.withdrawn)} flagged no more"] if self.withdrawn else []
        since += [f"{_name(self.added)} flagged now"] if self.added else []
        return f"{told}; flags have changed since: {', '.join(since)}" if since else told


def compare_flags(
    project: Project,
    regressor: Regressor,
    *,
    list_at: Callable[[Project, int], Iterable[Flag]] = list_flags_at,
) -> FittedFlags | None:
    """Compare a regressor's flags with those that stand; None where it was not fitted in this project.

    Args:
        project: that has it.
        regressor: in any of its versions.
        list_at: gives the flags of a position of the journal; whoever asks often may keep what it gave.

    Raises:
        ProjectError: the journal lacks the position that the regressor was fitted at.
    """
    made_with = regressor.provenance
    if made_with.get("project") != project.id or "include_flagged" not in made_with:
        return None
    if made_with["include_flagged"]:
        return FittedFlags(all_in=True)
    position, standing = int(made_with["journal_position"]), project.flags()
    then = standing if position == project.journal.position else list_at(project, position)
    training = list_training_subjects(project)
    left_out, left_out_now = (
        {_scope(flag): flag for flag in flags if flag.subject in training} for flags in (then, standing)
    )
    return FittedFlags(
        tuple(left_out.values()),
        withdrawn=tuple(flag for scope, flag in left_out.items() if scope not in left_out_now),
        added=tuple(flag for scope, flag in left_out_now.items() if scope not in left_out),
    )


def _scope(flag: Flag) -> tuple[object, ...]:
    return flag.subject, flag.joint, flag.action, flag.frames


def _name(flags: tuple[Flag, ...]) -> str:
    if len(flags) > _NAMED:
        return f"the labels under {len(flags)} flags"
    *most, last = (_name_one(flag) for flag in flags)
    return f"{', '.join(most)} and {last}" if most else last


def _name_one(flag: Flag) -> str:
    place = " ".join(part for part in (flag.subject, flag.joint, flag.action) if part)
    if flag.frames is None:
        return place
    first, last = flag.frames
    return f"{place} {first}" if first == last else f"{place} {first}-{last}"
