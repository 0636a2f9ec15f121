"""Human3.6M's metadata.xml tells cameras as its own code reads them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from core.cameras import project, to_camera
from core.data.h36m_names import CAMERAS
from core.data.importers.h36m_fetch import read_h36m_fetch
from core.data.metadata_xml import read_metadata
from core.errors import DatasetError

#: f, c, k1-k3 and the tangential coefficients, as the file has them.
LENS = (1145.0, 1143.8, 512.5, 515.5, -0.207, 0.248, -0.003, -0.0014, -0.0010)


def write_metadata(path: Path) -> np.ndarray:
    """Random places in the published layout, [camera, subject, 6]."""
    stream = np.random.default_rng(0)
    angles = stream.uniform(-3, 3, size=(4, 11, 3))
    places = np.concatenate([angles, stream.uniform(-5000, 5000, size=(4, 11, 3))], axis=-1)
    numbers = [*places.ravel(), *np.tile(LENS, 4)]
    text = " ".join(f"{number:.12g}" for number in numbers)
    path.write_text(f"<?xml version='1.0'?><metadata><w0>[{text}]</w0></metadata>")
    return places


def project_as_published(world: np.ndarray, place: np.ndarray, lens: tuple[float, ...]) -> np.ndarray:
    """3d-pose-baseline's ``project_point_radial``, in its own order, millimetres to pixels."""
    (a, b, c), centre = place[:3], place[3:]
    X = np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])
    Y = np.array([[np.cos(b), 0, np.sin(b)], [0, 1, 0], [-np.sin(b), 0, np.cos(b)]])
    Z = np.array([[np.cos(c), -np.sin(c), 0], [np.sin(c), np.cos(c), 0], [0, 0, 1]])
    seen = X @ Y @ Z @ (world - centre).T
    x, y = seen[:2] / seen[2]
    r2 = x**2 + y**2
    k1, k2, k3, p0, p1 = lens[4:]
    factor = 1 + k1 * r2 + k2 * r2**2 + k3 * r2**3 + p0 * y + p1 * x
    return np.stack(
        [lens[0] * (x * factor + p1 * r2) + lens[2], lens[1] * (y * factor + p0 * r2) + lens[3]], -1
    )


def test_points_are_seen_where_human36m_s_own_formula_sees_them(tmp_path: Path) -> None:
    places = write_metadata(tmp_path / "metadata.xml")
    cameras = read_metadata(tmp_path / "metadata.xml")
    assert len(cameras) == 44
    for camera, name in enumerate(CAMERAS):
        for subject in (1, 9, 11):
            found, place = cameras[f"S{subject}", name], places[camera, subject - 1]
            R = Rotation.from_euler("XYZ", place[:3]).as_matrix()
            near = np.random.default_rng(1).uniform([-800, -800, 4000], [800, 800, 6000], size=(20, 3))
            world = place[3:] + near @ R  # millimetres, before this camera
            seen = project(to_camera(world / 1000, found.R, found.t), found.lens)
            np.testing.assert_allclose(seen, project_as_published(world, place, LENS), atol=1e-6)
    sizes = [(cameras["S1", name].width, cameras["S1", name].height) for name in CAMERAS]
    assert sizes == [(1000, 1002), (1000, 1000), (1000, 1000), (1000, 1002)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<metadata><w0>[1 2 3]</w0></metadata>", "w0 holds 3 numbers; .* has 300"),
        ("<metadata/>", "w0 holds 0 numbers"),
        ("<metadata><w0>[one]</w0></metadata>", "is no metadata.xml of Human3.6M"),
        ("<metadata>", "is no metadata.xml of Human3.6M"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><metadata><w0>&b;</w0></metadata>', "declares entities"),
    ],
)
def test_what_is_no_such_file_is_told(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "metadata.xml").write_text(text)
    with pytest.raises(DatasetError, match=message):
        read_metadata(tmp_path / "metadata.xml")


@pytest.mark.parametrize("folder", ["", ".."])
def test_h36m_fetch_takes_it_from_its_folder_or_the_one_above(tiny: Any, folder: str) -> None:
    (tiny.root / "cameras.json").unlink()
    write_metadata(tiny.root / folder / "metadata.xml")
    with pytest.raises(
        DatasetError, match=r"camera \d+ has intrinsics .* px off"
    ):  # the tiny lens is shorter
        read_h36m_fetch(tiny.root)
    for subject in ("S1", "S9"):
        for name in CAMERAS:
            tiny.change(f"intrinsics/{name}", lambda _: np.array([1139.0, 515.0, 1150.0, 512.0]), subject)
    camera = read_h36m_fetch(tiny.root).cameras["S9", "60457274"]
    assert camera.lens.f.tolist() == [1145.0, 1143.8]
    assert camera.lens.p.tolist() == [-0.0010, -0.0014]
    assert np.isfinite(camera.t).all()
