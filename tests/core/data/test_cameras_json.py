"""cameras.json keeps every camera, and says what is wrong with a bad one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.cameras import Camera, Lens
from core.data.cameras_json import read_cameras, write_cameras
from core.errors import DatasetError


def make_camera(name: str) -> Camera:
    lens = Lens(
        *(np.array(v) for v in ([1145.0, 1143.8], [512.5, 515.4], [-0.2, 0.24, -0.002], [-9e-4, -1e-3]))
    )
    R = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, -1.0], [-1.0, 0.0, 0.0]])
    return Camera(name, R, np.array([0.1, 0.2, 4.5]), lens, 1000, 1002)


def test_cameras_come_back_as_they_were_written(tmp_path: Path) -> None:
    cameras = {(subject, name): make_camera(name) for subject in ("S1", "S11") for name in ("5413", "6045")}
    write_cameras(tmp_path / "cameras.json", cameras)
    read = read_cameras(tmp_path / "cameras.json")
    assert read.keys() == cameras.keys()
    for key, camera in cameras.items():
        np.testing.assert_array_equal(read[key].R, camera.R)
        np.testing.assert_array_equal(read[key].t, camera.t)
        for part in ("f", "c", "k", "p"):
            np.testing.assert_array_equal(getattr(read[key].lens, part), getattr(camera.lens, part))
        assert (read[key].name, read[key].width, read[key].height) == (key[1], 1000, 1002)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("f", [1145.0], "length 2"),
        ("R", [[1, 0, 0], [0, 1, 0], [0, 0, -1]], "is no rotation"),
        ("focal", 3, "unknown field `focal`"),
        ("width", 0, "not positive"),
        ("t", None, "got `null`"),
        ("t", [120.0, -300.0, 4500.0], r"t of S1, camera 5413 looks like millimetres \(4,512 from"),
    ],
)
def test_a_bad_camera_is_told(tmp_path: Path, field: str, value: Any, message: str) -> None:
    path = tmp_path / "cameras.json"
    write_cameras(path, {("S1", "5413"): make_camera("5413")})
    document = json.loads(path.read_text())
    document["subjects"]["S1"]["5413"][field] = value
    path.write_text(json.dumps(document))
    with pytest.raises(DatasetError, match=message) as caught:
        read_cameras(path)
    assert str(path) in str(caught.value)


def test_a_camera_that_lacks_a_field_is_named(tmp_path: Path) -> None:
    path = tmp_path / "cameras.json"
    write_cameras(path, {("S1", name): make_camera(name) for name in ("5413", "6045")})
    document = json.loads(path.read_text())
    del document["subjects"]["S1"]["6045"]["c"]
    path.write_text(json.dumps(document))
    with pytest.raises(DatasetError, match=r"S1, camera 6045: .*missing .*`c`; docs/formats\.md tells"):
        read_cameras(path)


def test_a_newer_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cameras.json"
    path.write_text('{"format_version": 2, "subjects": {}}')
    with pytest.raises(DatasetError, match="format_version 2; this version reads 1"):
        read_cameras(path)
