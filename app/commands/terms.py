"""Commands that set the terms of the energy."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

from app.commands.arguments import read_number
from app.commands.command import Command, Entry, Workspace
from app.session.session import Session
from core.energy.terms import TERMS
from core.optimize.presets import PRESETS, get_preset
from core.optimize.presets import share_views as share_among

#: Keys that switch terms; those of other packages have none until a person gives them one.
KEYS = {
    "joint": "Shift+J",
    "silhouette": "Shift+S",
    "adversarial": "Shift+A",
    "reprojection": "Shift+E",
    "initial_pose": "Shift+I",
    "shape_prior": "Shift+H",
    "smoothness": "Shift+M",
    "angle_limits": "Shift+G",
}


def toggle_term(workspace: Workspace, *, term: str) -> None:
    """Switch a term of the energy on or off; a run takes it up at its next step."""
    session = workspace.session
    on = session.terms.terms[term].on if term in session.terms.terms else False
    session.set_terms(session.terms.with_term(term, on=not on))


def weigh_term(workspace: Workspace, *, term: str, weight: float) -> None:
    """Weight a term of the energy; a run takes it up at its next step."""
    session = workspace.session
    session.set_terms(session.terms.with_term(term, weight=weight))


def choose_preset(workspace: Workspace, *, preset: str) -> None:
    """Take the terms and step sizes of a preset; as many views share the body as before."""
    session = workspace.session
    session.set_terms(get_preset(preset, views=session.terms.views))


def share_views(workspace: Workspace, *, n: Annotated[int, Meta(ge=1)]) -> None:
    """Let so many views of an instant share one body; a run takes it up when it begins anew."""
    session = workspace.session
    session.set_terms(share_among(session.terms, n))


def _ask_weight(workspace: Workspace, given: dict[str, Any]) -> dict[str, Any] | None:
    session, desk = workspace.session, workspace.require_desk()
    known = session.terms.terms
    term = given.get("term") or desk.ask_text("Weight of a term", f"Term: {', '.join(known)}", "")
    if not term:
        return None
    now = f"{known[term].weight:g}" if term in known else ""
    weight = desk.ask_text("Weight of a term", f"Weight of {term}", now)
    return None if weight is None else {**given, "term": term, "weight": read_number(weight)}


def _term(name: str) -> Entry:
    def checked(session: Session) -> bool:
        return session.terms.terms[name].on

    return Entry(
        f"{TERMS[name].name} term", {"term": name}, KEYS.get(name, ""), menu="Terms", checked=checked
    )


def _preset(name: str) -> Entry:
    def checked(session: Session) -> bool:
        return session.terms.preset == name

    return Entry(f"Preset {name}", {"preset": name}, menu="Terms", checked=checked)


def _views(title: str, count: int) -> Entry:
    def checked(session: Session) -> bool:
        return session.terms.views == count

    return Entry(title, {"n": count}, menu="Terms", checked=checked)


COMMANDS = (
    Command("term.toggle", toggle_term, tuple(_term(name) for name in TERMS)),
    Command(
        "term.weight",
        weigh_term,
        (Entry("Weight of a term…", key="Shift+T", menu="Terms"),),
        ask=_ask_weight,
        dragged="weight",
    ),
    Command("terms.preset", choose_preset, tuple(_preset(name) for name in PRESETS)),
    Command(
        "terms.views",
        share_views,
        (_views("A body for each view", 1), _views("Four views share one body", 4)),
    ),
)
