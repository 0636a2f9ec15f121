from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.session.session import Session
from core.project.project import Project


@pytest.fixture
def session(project_copy: Path) -> Iterator[Session]:
    with Project.open(project_copy, exclusive=True) as project:
        yield Session(project)
