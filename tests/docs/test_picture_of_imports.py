from __future__ import annotations

from xml.etree import ElementTree

import pytest

from docs.generate.imports import ROWS, Edge, draw_imports, find_edges, reduce_edges

RANK = {part: number for number, row in enumerate(ROWS) for part in row}


@pytest.fixture(scope="module")
def edges() -> list[Edge]:
    return find_edges()


def test_every_part_of_the_code_has_a_place(edges: list[Edge]) -> None:
    assert {part for edge in edges for part in (edge.start, edge.end)} <= RANK.keys()


def test_imports_run_downwards_or_between_neighbours(edges: list[Edge]) -> None:
    assert not [edge for edge in edges if RANK[edge.end] < RANK[edge.start]]


def test_an_import_that_a_longer_way_implies_is_left_out() -> None:
    told = [Edge("app.cli", "app.window", 1), Edge("app.window", "core", 1), Edge("app.cli", "core", 9)]
    assert reduce_edges(told) == told[:2]


def test_the_picture_names_every_part() -> None:
    picture = ElementTree.fromstring(draw_imports())
    titles = {text.text for text in picture.iter("{http://www.w3.org/2000/svg}text")}
    assert {"app.cli", "app.session", "core.optimize", "core.body"} <= titles
