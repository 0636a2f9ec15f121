"""A figure of the report."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PaperFigure:
    """One of the paper's figures on a project's data.

    Attributes:
        number: in the paper.
        title: what it is about, a few words.
        caption: what is seen, how its frames were chosen, and its figures; sentences.
        picture: JPEG as a data URI.
        caption_known: whether the paper says in its text what the figure shows; otherwise the figure stands
            in its place, and shows what this part of the method does.
    """

    number: str
    title: str
    caption: str
    picture: str
    caption_known: bool = True
