"""Things of one kind that are found rather than listed: a module each here, entry points in other packages.

A kind has a package, such as :mod:`core.energy.terms`, in which every module declares one record under an
agreed name; a new file there is all that it takes. Another package offers its own as entry points
(``[project.entry-points."jointlens.terms"]`` in its ``pyproject.toml``) that name such a record. What is
broken is never passed over: the first of it ends the program with one line that names the package.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Protocol, TypeVar

from core.errors import PluginError

#: Groups of entry points -> what one adds, and the module that collects them.
GROUPS = {
    "jointlens.terms": ("energy term", "core.energy.terms"),
    "jointlens.importers": ("data set importer", "core.data.detect"),
    "jointlens.segmenters": ("way of making masks", "core.segment.backends"),
    "jointlens.body_readers": ("reader of body models", "core.body.readers"),
    "jointlens.solvers": ("solver of regressors", "core.regressor.solvers"),
}


class Named(Protocol):
    """What can be registered: a record with an id."""

    @property
    def id(self) -> str:
        """The name that commands, settings and files use."""
        ...


Record = TypeVar("Record", bound=Named)


def collect_records(package: str, attribute: str, kind: type[Record], *, group: str) -> dict[str, Record]:
    """Every record of a kind, by id: those of a package's modules by module name, then those of plugins.

    Args:
        package: whose modules are looked through; their names must not begin with an underscore.
        attribute: what the record is called in its module, e.g. ``TERM``.
        kind: class of the records.
        group: of the entry points, one of :data:`GROUPS`.

    Raises:
        PluginError: an entry point cannot be loaded, is no such record, or has an id that is taken.
    """
    records: dict[str, Record] = {}
    for module in pkgutil.iter_modules(importlib.import_module(package).__path__):
        record = getattr(importlib.import_module(f"{package}.{module.name}"), attribute)
        records[record.id] = record
    for point in find_plugins(group):
        record = load_plugin(point, kind)
        if record.id in records:
            raise PluginError(f"{_name(point)}: the id {record.id!r} is taken; {_remedy(point)}")
        records[record.id] = record
    return records


def find_plugins(group: str) -> Iterator[EntryPoint]:
    """Entry points of other packages in a group, by package and name."""
    yield from sorted(_list_entry_points(group), key=lambda point: (_package(point), point.name))


def load_plugin(point: EntryPoint, kind: type[Record]) -> Record:
    """The record that an entry point names.

    Raises:
        PluginError: it cannot be imported, or is something else.
    """
    try:
        record = point.load()
    except Exception as error:
        raise PluginError(
            f"{_name(point)}: cannot be loaded ({type(error).__name__}: {error}); {_remedy(point)}"
        ) from error
    if not isinstance(record, kind):
        raise PluginError(
            f"{_name(point)}: is a {type(record).__name__}; expected a {kind.__module__}.{kind.__name__}; "
            f"{_remedy(point)}"
        )
    return record


def name_package(point: EntryPoint) -> str:
    """The package that an entry point belongs to, with its version."""
    return f"{point.dist.name} {point.dist.version}" if point.dist is not None else _package(point)


@cache
def _list_entry_points(group: str) -> tuple[EntryPoint, ...]:
    return tuple(entry_points(group=group))


def _package(point: EntryPoint) -> str:
    return point.dist.name if point.dist is not None else point.module.partition(".")[0]


def _name(point: EntryPoint) -> str:
    return f"package {name_package(point)}: entry point {point.name} of {point.group}"


def _remedy(point: EntryPoint) -> str:
    return f"update the package, or: pip uninstall {_package(point)}"
