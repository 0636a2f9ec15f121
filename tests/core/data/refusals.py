"""Imports of the tiny data set, and what they refuse."""

from __future__ import annotations

from typing import Any

import pytest

from core.data.importing import import_project
from core.data.preview import Preview
from core.errors import (
    JointlensError,
)


def run_import(tiny: Any, **changes: Any) -> Preview:
    arguments = {
        "dataset": tiny.root,
        "body": tiny.body,
        "estimates": {"spin": tiny.estimates},
        "regressors": {"J_std": tiny.regressor},
        **changes,
    }
    return import_project(tiny.root.parent / "project", **arguments)


def expect_refusal(tiny: Any, kind: type[JointlensError], message: str, **changes: Any) -> None:
    """The import fails with one line, and nothing of a project is left."""
    before = sorted(tiny.root.parent.iterdir())
    with pytest.raises(kind, match=message) as caught:
        run_import(tiny, **changes)
    assert "\n" not in str(caught.value)
    assert sorted(tiny.root.parent.iterdir()) == before
