"""Commands that point at the body's surface."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from app.commands.command import Command, Entry, Workspace


def select_vertex(workspace: Workspace, *, vertex: Annotated[int, Meta(ge=0)] | None = None) -> None:
    """Point at a vertex of the body, and say which joints it feeds; without ``vertex``, at none."""
    session = workspace.session
    session.select_vertex(vertex)
    if vertex is not None:
        names = session.project.joint_set.names
        fed = [f"{names[joint]} {weight:.2f} ({name})" for name, joint, weight in session.fed_joints(vertex)]
        session.set_status(f"Vertex {vertex} feeds {', '.join(fed) if fed else 'no joint'}")


COMMANDS = (Command("vertex.select", select_vertex, (Entry("Hide the picked vertex", menu="Regressors"),)),)
