"""What tests of commands share that need no jobs."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from app.commands.catalogue import COMMANDS
from app.commands.command import Workspace
from app.commands.registry import CommandRegistry
from app.session.session import Session

JOBS: Any = SimpleNamespace(working=False, live=SimpleNamespace(busy=False))


@pytest.fixture
def registry(session: Session) -> Iterator[CommandRegistry]:
    """Every command, on the session of the test's module."""
    registry = CommandRegistry(Workspace(session, JOBS), COMMANDS)
    yield registry
    registry.close()
