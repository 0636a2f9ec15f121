from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from app.jobs.snapshot_ring import SnapshotRing

VERTICES = 5


@pytest.fixture
def rings() -> Iterator[tuple[SnapshotRing, SnapshotRing]]:
    writer = SnapshotRing(VERTICES, slots=4)
    reader = SnapshotRing(VERTICES, name=writer.name, slots=4)
    yield writer, reader
    reader.close()
    writer.close()


def body(value: float) -> np.ndarray:
    return np.full((VERTICES, 3), value, np.float32)


def test_a_new_ring_is_empty(rings: tuple[SnapshotRing, SnapshotRing]) -> None:
    _, reader = rings
    assert reader.newest == -1
    assert reader.kept is None
    assert reader.read(-1) is None
    assert reader.read(0) is None


def test_the_other_process_reads_what_was_written(rings: tuple[SnapshotRing, SnapshotRing]) -> None:
    writer, reader = rings
    writer.write(0, body(1.5))
    snapshot = reader.read(reader.newest)
    assert snapshot is not None
    assert snapshot.iteration == 0
    np.testing.assert_array_equal(snapshot.vertices, body(1.5))


def test_a_copy_does_not_change_with_the_ring(rings: tuple[SnapshotRing, SnapshotRing]) -> None:
    writer, reader = rings
    writer.write(0, body(1.0))
    snapshot = reader.read(0)
    for iteration in range(1, 6):
        writer.write(iteration, body(9.0))
    assert snapshot is not None
    np.testing.assert_array_equal(snapshot.vertices, body(1.0))


def test_the_oldest_make_room(rings: tuple[SnapshotRing, SnapshotRing]) -> None:
    writer, reader = rings
    for iteration in range(7):
        writer.write(iteration, body(iteration))
    assert reader.kept == (3, 6)
    assert reader.read(2) is None
    snapshot = reader.read(3)
    assert snapshot is not None
    np.testing.assert_array_equal(snapshot.vertices, body(3))


def test_a_cleared_ring_is_empty(rings: tuple[SnapshotRing, SnapshotRing]) -> None:
    writer, reader = rings
    writer.write(0, body(1))
    writer.clear()
    assert reader.kept is None
    assert reader.read(0) is None


def test_a_ring_without_a_name_still_works(rings: tuple[SnapshotRing, SnapshotRing]) -> None:
    writer, reader = rings
    writer.unlink()
    writer.write(0, body(2))
    assert reader.read(0) is not None
