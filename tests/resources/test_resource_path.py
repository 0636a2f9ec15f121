"""Shipped files are found, and a missing one is named."""

import pytest

from core.errors import JointlensError
from core.resources import resource_path


def test_shipped_file_is_found():
    assert resource_path("demo_body.npz").is_file()


def test_missing_file_is_named():
    with pytest.raises(JointlensError, match=r"no_such_body\.npz"):
        resource_path("no_such_body.npz")
