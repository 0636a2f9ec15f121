"""An npz that is written some rows at a time reads as one that was written whole."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.data import npz_writer
from core.data.npz_files import read_arrays, read_object
from core.data.npz_writer import NpzWriter, make_text_column


@pytest.mark.parametrize("compressed", [False, True])
def test_rows_come_as_they_were_whole(compressed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(npz_writer, "BLOCK", 4)
    values = np.random.default_rng(0).normal(size=(20, 3, 2)).astype(np.float32)
    rows = np.array([1, 2, 3, 5, 7, 8, 9, 13, 19])
    asked: list[int] = []
    told: list[tuple[int, int, str]] = []

    def read(block: np.ndarray) -> np.ndarray:
        asked.append(len(block))
        return values[block].swapaxes(1, 2)  # not in the order of a file

    with (
        (tmp_path / "a.npz").open("wb") as stream,
        NpzWriter(stream, compressed=compressed) as writer,
    ):
        writer.write_columns(
            rows,
            {"values": read, "name": make_text_column(rows, lambda row: "x" * (row // 4))},
            progress=lambda *step: told.append(step),
        )
        writer.write("kind", "small")
        writer.write("smpl", {"betas": values[0]})
    found = read_arrays(tmp_path / "a.npz", ["values", "name", "kind"])
    np.testing.assert_array_equal(found["values"], values[rows].swapaxes(1, 2))
    assert found["values"].dtype == np.float32
    assert found["name"].tolist() == ["x" * (row // 4) for row in rows]
    assert str(found["kind"]) == "small"
    np.testing.assert_array_equal(read_object(tmp_path / "a.npz", "smpl")["betas"], values[0])
    assert asked == [4, 4, 1]
    assert told[-1] == (9, 9, "exporting bodies")
    assert [step[0] for step in told] == sorted(step[0] for step in told)
