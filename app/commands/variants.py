"""Commands that fork the live run and compare its variants."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

from app.commands.command import Command, Entry, Workspace
from app.session.run_view import PullPlace, VariantLayout
from app.session.session import Session
from core.energy.terms import TERMS
from core.errors import SettingsError

#: What the paper leaves out in its Figures 4 and 6.
ABLATED = ("silhouette", "adversarial")


def fork_run(
    workspace: Workspace,
    *,
    iteration: Annotated[int, Meta(ge=0)] | None = None,
    name: str = "",
    without: str | None = None,
) -> None:
    """Begin a variant of the live run at the shown iteration, and make it the active one."""
    workspace.jobs.live.fork(iteration=iteration, name=name, without=without)
    if workspace.session.run_view.layout == "single":
        workspace.session.run_view.set_layout("ghosts")


def ablate_run(workspace: Workspace, *, terms: tuple[str, ...] = ABLATED) -> None:
    """Fork once for each of some terms, without it, and run all variants side by side."""
    live, session = workspace.jobs.live, workspace.session
    left_out = [term for term in terms if term not in session.terms.terms or session.terms.terms[term].on]
    if not left_out:
        raise SettingsError(f"none of {', '.join(terms)} is on, so leaving them out changes nothing")
    for number, term in enumerate(left_out):
        live.fork(without=term)
        if number == 0:
            whole = session.optimisation.variants[-1].parent
        live.choose(whole)
    session.run_view.set_layout("split")
    live.start(every=True)


def choose_variant(workspace: Workspace, *, variant: str) -> None:
    """Steer and show another variant of the live run."""
    workspace.jobs.live.choose(variant)


def choose_next_variant(workspace: Workspace) -> None:
    """Steer and show the next variant."""
    _turn(workspace, 1)


def choose_previous_variant(workspace: Workspace) -> None:
    """Steer and show the previous variant."""
    _turn(workspace, -1)


def _turn(workspace: Workspace, step: int) -> None:
    run = workspace.session.optimisation
    ids = [variant.id for variant in run.variants]
    if len(ids) < 2:
        raise SettingsError("there is only one variant; fork the live run to get another")
    workspace.jobs.live.choose(ids[(ids.index(run.active) + step) % len(ids)])


def rename_variant(workspace: Workspace, *, name: str, variant: str | None = None) -> None:
    """Give a variant a name, the active one without ``variant``; an empty one lets its terms tell."""
    workspace.jobs.live.rename(variant or workspace.session.optimisation.active, name)


def remove_variant(workspace: Workspace, *, variant: str | None = None) -> None:
    """Remove a variant of the live run, the active one without ``variant``."""
    workspace.jobs.live.remove(variant or workspace.session.optimisation.active)


def hide_variant(workspace: Workspace, *, variant: str) -> None:
    """Leave a variant out of the comparison, or take it in again."""
    run_view = workspace.session.run_view
    if workspace.session.optimisation.find(variant) is None:
        raise SettingsError(f"there is no variant {variant!r}")
    run_view.set_hidden(variant, hidden=variant not in run_view.hidden)


def lay_out_variants(workspace: Workspace, *, layout: VariantLayout) -> None:
    """Show one variant, the others as ghosts around it, or each in a view of its own."""
    workspace.session.run_view.set_layout(layout)


def show_pulls(workspace: Workspace, *, place: PullPlace) -> None:
    """Draw arrows that tell which term pulls where; the place that is shown already hides them."""
    run_view = workspace.session.run_view
    run_view.show_pulls("off" if place == run_view.pull_place else place)


def show_displacement(workspace: Workspace, *, shown: bool | None = None) -> None:
    """Colour the mesh by how far it has moved from the start; without ``shown``, the other way round."""
    run_view = workspace.session.run_view
    run_view.show_displacement(not run_view.displacement if shown is None else shown)


def _without(term: str) -> Entry:
    return Entry(f"Fork without {TERMS[term].name.lower()}", {"without": term}, menu="Variants")


def _ask_name(workspace: Workspace, given: dict[str, Any]) -> dict[str, Any] | None:
    course = workspace.session.optimisation.course
    if course is None:
        raise SettingsError("there is no live run whose variant could be renamed")
    name = workspace.require_desk().ask_text("Rename a variant", f"Name of {course.id}", course.name)
    return None if name is None else {**given, "name": name}


def _layout(title: str, layout: str, key: str) -> Entry:
    def checked(session: Session) -> bool:
        return session.run_view.layout == layout

    return Entry(title, {"layout": layout}, key, menu="Variants", checked=checked)


def _pulls(title: str, place: str, key: str) -> Entry:
    def checked(session: Session) -> bool:
        return session.run_view.pull_place == place

    return Entry(title, {"place": place}, key, icon="pulls", menu="Variants", checked=checked)


COMMANDS = (
    Command(
        "optimize.fork",
        fork_run,
        (
            Entry("Fork", key="Y", icon="fork", menu="Optimise", tool_bar=True),
            *(_without(term) for term in ABLATED),
        ),
    ),
    Command(
        "optimize.ablate",
        ablate_run,
        (Entry("Compare without silhouette, without discriminator", key="Shift+Y", menu="Variants"),),
    ),
    Command("optimize.choose", choose_variant),
    Command("optimize.next", choose_next_variant, (Entry("Next variant", key="V", menu="Variants"),)),
    Command(
        "optimize.previous",
        choose_previous_variant,
        (Entry("Previous variant", key="Shift+V", menu="Variants"),),
    ),
    Command(
        "optimize.rename",
        rename_variant,
        (Entry("Rename the active variant…", menu="Variants"),),
        ask=_ask_name,
    ),
    Command("optimize.remove", remove_variant, (Entry("Remove the active variant", menu="Variants"),)),
    Command("optimize.hide", hide_variant),
    Command(
        "optimize.layout",
        lay_out_variants,
        (
            _layout("Active variant alone", "single", "Ctrl+1"),
            _layout("Other variants as ghosts", "ghosts", "Ctrl+2"),
            _layout("Variants side by side", "split", "Ctrl+3"),
        ),
    ),
    Command(
        "optimize.pulls",
        show_pulls,
        (
            _pulls("Which term pulls where, on the joints", "joints", "W"),
            _pulls("Which term pulls where, on the mesh", "mesh", "Shift+W"),
        ),
    ),
    Command(
        "optimize.displacement",
        show_displacement,
        (
            Entry(
                "Colour by distance from the start",
                key="H",
                icon="displacement",
                menu="Variants",
                checked=lambda session: session.run_view.displacement,
            ),
        ),
    ),
)
