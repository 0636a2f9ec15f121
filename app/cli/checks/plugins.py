"""What other packages add, and which of them is broken."""

from __future__ import annotations

import importlib
from collections.abc import Iterator

from app.cli.checks.check import Check
from core.errors import PluginError
from core.registry import GROUPS, find_plugins, name_package


def check_plugins() -> Iterator[Check]:
    """One line an entry point; everything that would use a broken one fails."""
    for group, (what, module) in GROUPS.items():
        points = list(find_plugins(group))
        if not points:
            continue
        try:
            importlib.import_module(module)
        except PluginError as error:
            sentence, _, remedy = str(error).rpartition("; ")
            broken = next((point for point in points if f"entry point {point.name} " in sentence), points[0])
            yield Check(f"plugin {broken.name}", "missing", sentence, remedy)
            continue
        for point in points:
            yield Check(f"plugin {point.name}", "ok", f"{what}, from {name_package(point)}")
