"""What a person is asked before something long begins: every answer proposed, and told what it leads to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Question:
    """One line of a form.

    Attributes:
        argument: of the command, that it answers.
        title: what a person reads.
        value: proposed.
        choices: titles and values to choose from; without any, a line of text is asked for.
    """

    argument: str
    title: str
    value: Any
    choices: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Form:
    """Questions that are asked together.

    Attributes:
        title: of the form.
        questions: in their order.
        button: what starts it.
        tell: what the answers so far lead to, a paragraph each; a JointlensError says why they cannot be.
    """

    title: str
    questions: tuple[Question, ...]
    button: str
    tell: Callable[[Mapping[str, Any]], tuple[str, ...]]

    @property
    def proposed(self) -> dict[str, Any]:
        """The answers as they are proposed."""
        return {question.argument: question.value for question in self.questions}
