"""Every pinned package can be had by the oldest Python that the README names."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

PINS = Path(__file__).parents[2] / "constraints.txt"
#: Debian 12's, which gets no later patch release.
OLDEST = "3.11.2"


def test_debian_12_can_install_every_pin() -> None:
    refused, seen = [], 0
    for line in PINS.read_text().splitlines():
        if line and not line.startswith("#"):
            pin = Requirement(line)
            try:
                wanted = metadata(pin.name).get("Requires-Python")
            except PackageNotFoundError:  # of another system, or of a part that is not installed here
                continue
            seen += 1
            if wanted and not SpecifierSet(wanted).contains(OLDEST):
                refused.append(f"{line} wants Python {wanted}")
    assert seen > 50
    assert not refused
