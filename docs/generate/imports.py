"""The picture of the parts and of who imports whom, from the code's own imports."""

from __future__ import annotations

from dataclasses import dataclass
from xml.sax.saxutils import escape

import grimp

#: Rows from top to bottom; an arrow goes down. The import contract in pyproject.toml enforces the order of
#: the first seven.
ROWS = (
    ("app.cli", "app.bench"),
    ("app.window",),
    ("app.overlay", "app.viewport", "app.timeline", "app.panels"),
    ("app.commands",),
    ("app.jobs", "app.theme"),
    ("app.session",),
    ("core.studio", "core.audit", "core.estimate"),
    ("core.evaluate",),
    ("core.optimize", "core.segment"),
    ("core.data", "core.project"),
    ("core.regressor", "core.engine", "core.energy"),
    ("core.silhouette",),
    ("core.body",),
    ("core",),
)
WIDTH, ROW, BOX, HEIGHT = 940, 74, 142, 34
_TITLES = {"core": "core: types, joints, cameras, rotations, errors, pickles, …"}


@dataclass(frozen=True)
class Edge:
    """So many modules of one part import something of another."""

    start: str
    end: str
    imports: int


def find_edges() -> list[Edge]:
    """Imports between the parts, those for type checking left out."""
    graph = grimp.build_graph("app", "core", exclude_type_checking_imports=True)
    counts: dict[tuple[str, str], int] = {}
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            start, end = find_part(module), find_part(imported)
            if start != end:
                counts[start, end] = counts.get((start, end), 0) + 1
    return [Edge(start, end, number) for (start, end), number in sorted(counts.items())]


def reduce_edges(edges: list[Edge]) -> list[Edge]:
    """Those that no longer way round makes superfluous: who imports what another imports too."""
    below: dict[str, set[str]] = {}
    rank = {part: number for number, row in enumerate(ROWS) for part in row}
    for edge in edges:
        if rank.get(edge.end, 0) > rank.get(edge.start, 0):
            below.setdefault(edge.start, set()).add(edge.end)

    def reaches(start: str, end: str) -> bool:
        return any(part == end or reaches(part, end) for part in below.get(start, ()))

    return [
        edge
        for edge in edges
        if not any(reaches(part, edge.end) for part in below.get(edge.start, ()) if part != edge.end)
    ]


def find_part(module: str) -> str:
    """The part of a module, such as ``core.energy``; a module right below ``core`` is part of ``core``."""
    known = {part for row in ROWS for part in row}
    part = ".".join(module.split(".")[:2])
    if part in known:
        return part
    return "core" if module.startswith("core") else part


def draw_imports() -> str:
    """The picture, as SVG."""
    edges = find_edges()
    there = {part for edge in edges for part in (edge.start, edge.end)}
    places = {}
    for number, parts in enumerate(ROWS):
        row = [part for part in parts if part in there]
        for place, part in enumerate(row):
            places[part] = (WIDTH * (place + 0.5) / len(row), 20 + HEIGHT / 2 + ROW * number)
    height = ROW * len(ROWS)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" '
        'font-size="13">',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
    ]
    for edge in reduce_edges(edges):
        lines.append(_draw_edge(places[edge.start], places[edge.end], edge))
    for part, (x, y) in places.items():
        title = _TITLES.get(part, part)
        wide = max(BOX, 7.6 * len(title) + 20)
        color = "#e2defa" if part.startswith("app") else "#dcefe6"
        lines.append(
            f'<rect x="{x - wide / 2:.0f}" y="{y - HEIGHT / 2:.0f}" width="{wide:.0f}" height="{HEIGHT}" '
            f'rx="7" fill="{color}" stroke="#566170"/>'
            f'<text x="{x:.0f}" y="{y + 5:.0f}" text-anchor="middle" fill="#1a1f27">{escape(title)}</text>'
        )
    return "\n".join([*lines, "</svg>\n"])


def _draw_edge(start: tuple[float, float], end: tuple[float, float], edge: Edge) -> str:
    """A curve from box to box; the more imports, the thicker. Against the order it is red."""
    if end[1] == start[1]:  # side by side: from below to below
        y0 = y1 = start[1] + HEIGHT / 2
        controls, color = (y0 + 26, y1 + 26), "#8590a0"
    else:
        down = end[1] > start[1]
        sign = 1 if down else -1
        y0, y1 = start[1] + sign * HEIGHT / 2, end[1] - sign * HEIGHT / 2
        controls, color = ((y0 + y1) / 2, (y0 + y1) / 2), "#8590a0" if down else "#c6282e"
    width = min(0.6 + edge.imports**0.5 / 3, 4)
    return (
        f'<path d="M{start[0]:.0f} {y0:.0f}C{start[0]:.0f} {controls[0]:.0f} {end[0]:.0f} {controls[1]:.0f} '
        f'{end[0]:.0f} {y1:.0f}" fill="none" stroke="{color}" stroke-opacity="0.7" '
        f'stroke-width="{width:.1f}"><title>{edge.start} imports {edge.end}: {edge.imports}</title></path>'
    )
