"""A preview tells what was understood."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.cli.main import main


def test_a_preview_makes_nothing(tiny: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["import", str(tmp_path / "p"), "--dataset", str(tiny.root), "--body", str(tiny.body)]
    assert main([*arguments, "--estimates", f"spin={tiny.estimates}", "--preview"]) == 0
    told = capsys.readouterr().out
    assert "Nothing was made; found for" in told
    assert "right is right in 100.0% of the frames" in told
    assert "24 of 24 frames are named in the file" in told
    assert not (tmp_path / "p").exists()
