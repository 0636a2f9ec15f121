"""Every importer of data sets, given a data set with one file spoilt, reads it or says in words why not.

``JOINTLENS_FUZZ=5000`` gives each importer five thousand data sets.
"""

from __future__ import annotations

import io
import json
import pickle
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from core.body.files import load_body
from core.cameras import Camera, Lens, project
from core.data.cameras_json import write_cameras
from core.data.detect import FORMATS, detect_format
from core.data.importers.human_data import PLACES, SPACE
from core.data.spin_npz import read_spin_bodies
from core.errors import JointlensError
from core.joints import H36M_32_TO_17, LEFT_FIRST_TO_RIGHT_FIRST
from core.regressor.files import read_matrix
from core.types import FrameKey
from tests.survival.damages import ALLOWANCE, EXAMPLES, SECONDS, damages

NAMES = ("54138969", "55011271")
FRAMES = (1, 65)
#: Values that no importer may take for granted, wherever they stand.
ODD: tuple[Any, ...] = (
    None, True, -1, 0, 1 << 40, 10**40, 0.5, float("nan"), float("inf"), 1e308, "", "x", "../../etc", [], {},
    [[]], [1, 2], {"x": 1},
)  # fmt: skip


def make_joints() -> np.ndarray[Any, Any]:
    """A person of plausible size before the camera, (17, 3) metres."""
    hips = [(0, 0, 5), (-0.13, 0, 5), (-0.14, 0.45, 5), (-0.14, 0.87, 5), (0.13, 0, 5), (0.14, 0.45, 5)]
    rest = [(0.14, 0.87, 5), (0, -0.25, 5), (0, -0.5, 5), (0, -0.6, 4.9), (0, -0.75, 5)]
    arms = [(0.2, -0.45, 5), (0.45, -0.4, 5), (0.7, -0.35, 5)]
    return np.array([*hips, *rest, *arms, *((-x, y, z) for x, y, z in arms)])


JOINTS = make_joints()
KEYS = [FrameKey("S1", "Posing-1", name, frame) for name in NAMES for frame in FRAMES]
LENS = Lens(np.array([180.0, 180.0]), np.array([80.0, 80.0]), np.zeros(3), np.zeros(2))
CAMERAS = {("S1", name): Camera(name, np.eye(3), np.zeros(3), LENS, 160, 160) for name in NAMES}
KEYPOINTS = project(JOINTS, LENS)
PICTURES = [f"S1_Posing_1.{key.camera}_{key.frame:06d}.jpg" for key in KEYS]


def make_h36m_fetch(root: Path) -> None:
    folder = root / "S1" / "Posing-1"
    folder.mkdir(parents=True)
    places = list(H36M_32_TO_17)
    labels, pixels = np.zeros((len(KEYS), 32, 3)), np.zeros((len(KEYS), 32, 2))
    labels[:, places], pixels[:, places] = 1000 * JOINTS, KEYPOINTS
    with h5py.File(folder / "annot.h5", "w") as file:
        file["pose/3d"], file["pose/2d"] = labels, pixels
        file["frame"], file["camera"] = [key.frame for key in KEYS], [int(key.camera) for key in KEYS]
        file["subject"] = np.ones(len(KEYS), int)
        for name in NAMES:
            file[f"intrinsics/{name}"] = [180.0, 80.0, 180.0, 80.0]
    write_cameras(root / "cameras.json", CAMERAS)


def make_mks_json(root: Path) -> None:
    root.mkdir()
    images = [
        {
            "file_name": picture, "width": 160, "height": 160, "subject": 1, "action_idx": 7,
            "subaction_idx": 1, "cam_idx": NAMES.index(key.camera) + 1, "frame_idx": key.frame - 1,
        }
        for key, picture in zip(KEYS, PICTURES)
    ]  # fmt: skip
    camera = {"R": np.eye(3).tolist(), "t": [0, 0, 0], "f": [180, 180], "c": [80, 80]}
    joints = {str(frame - 1): (1000 * JOINTS).tolist() for frame in FRAMES}
    for name, content in (
        ("data", {"images": images}),
        ("camera", {"1": camera, "2": camera}),
        ("joint_3d", {"7": {"1": joints}}),
    ):
        (root / f"Human36M_subject1_{name}.json").write_text(json.dumps(content))


def make_generic(root: Path) -> None:
    root.mkdir()
    write_cameras(root / "cameras.json", CAMERAS)
    np.savez(
        root / "labels.npz",
        format_version=1,
        frame=[str(key) for key in KEYS],
        joints=np.tile(JOINTS, (len(KEYS), 1, 1)),
        joints_frame="camera",
        image=PICTURES,
    )


def make_spin_npz(root: Path) -> None:
    root.mkdir()
    count = len(KEYS)
    np.savez(
        root / "train.npz",
        imgname=[f"images/{picture}" for picture in PICTURES],
        center=np.full((count, 2), 80.0),
        scale=np.ones(count),
        S=np.ones((count, 24, 4)),
        part=np.ones((count, 24, 3)),
    )


def make_human_data(root: Path) -> None:
    root.mkdir()
    count = len(KEYS)
    mask = np.zeros(SPACE, bool)
    mask[list(PLACES)] = True
    order = np.argsort(np.argsort(PLACES))  # where each joint lies among those that the mask keeps
    joints, keypoints = np.ones((count, 17, 4)), np.ones((count, 17, 3))
    joints[:, order, :3], keypoints[:, order, :2] = JOINTS, KEYPOINTS
    np.savez(
        root / "train.npz",
        image_path=PICTURES,
        keypoints3d=joints,
        keypoints3d_mask=mask,
        keypoints2d=keypoints,
        keypoints2d_mask=mask,
        bbox_xywh=np.tile([10.0, 10.0, 100.0, 120.0, 1.0], (count, 1)),
    )


def make_precomputed(root: Path) -> None:
    root.mkdir()
    count, places = len(KEYS), list(LEFT_FIRST_TO_RIGHT_FIRST)
    matrix = np.array([[180.0, 0, 80], [0, 180, 80], [0, 0, 1]])
    for name, values in (
        ("gt_j3d", 1000 * JOINTS[places]),
        ("gt_j2d", KEYPOINTS[places]),
        ("intrinsics", matrix),
    ):
        torch.save(torch.tensor(np.tile(values, (count, 1, 1))), root / f"{name}.pt")
    names = [f"S1/Posing-1/imageSequence/{key.camera}/img_{key.frame:06d}.jpg" for key in KEYS]
    (root / "images.pkl").write_bytes(pickle.dumps(names))


#: Format -> what makes a good data set of it, and what of it the importer is given.
MAKERS: dict[str, tuple[Callable[[Path], None], str]] = {
    "h36m-fetch": (make_h36m_fetch, "."),
    "mks-json": (make_mks_json, "."),
    "generic": (make_generic, "."),
    "spin-npz": (make_spin_npz, "train.npz"),
    "human-data": (make_human_data, "train.npz"),
    "precomputed": (make_precomputed, "."),
}


def lie_in_json(content: bytes, pick: int, value: Any) -> bytes:
    """Replace one of the values, however deep it lies."""
    record = json.loads(content)
    places: list[tuple[Any, Any]] = []

    def walk(node: Any) -> None:
        entries = node.items() if isinstance(node, dict) else enumerate(node)
        for key, entry in entries:
            places.append((node, key))
            if isinstance(entry, dict | list):
                walk(entry)

    walk(record)
    node, key = places[pick % len(places)]
    node[key] = value
    return json.dumps(record).encode()


def make_odd_arrays(values: np.ndarray[Any, Any], value: Any) -> Iterator[np.ndarray[Any, Any]]:
    """What an array can be instead: of other shapes, types and values."""
    rows = np.atleast_1d(values)
    yield from (rows[:0], rows[None], rows[:1], rows.reshape(-1), np.array(0))
    yield from (values.astype("S8"), values.astype(str), np.full(values.shape, np.nan))
    yield from (np.zeros((1 << 20, 0)), np.zeros(values.shape, complex), np.zeros(values.shape, bool))
    if type(value) in (int, float) and abs(value) < 1 << 62 and values.dtype.kind in "if":
        changed = values.copy()
        changed.flat[:1] = int(value) if values.dtype.kind == "i" else value
        yield changed
    yield np.array(str(value))


def choose(odd: Iterator[np.ndarray[Any, Any]], pick: int) -> np.ndarray[Any, Any]:
    """One of them."""
    choices = list(odd)
    return choices[pick % len(choices)]


def lie_in_npz(content: bytes, pick: int, value: Any) -> bytes:
    """Replace one of the arrays by another, or leave it out."""
    with np.load(io.BytesIO(content)) as file:
        arrays = dict(file)
    name = sorted(arrays)[pick % len(arrays)]
    if pick % 7:
        arrays[name] = choose(make_odd_arrays(arrays[name], value), pick // 7)
    else:
        del arrays[name]
    packed = io.BytesIO()
    np.savez(packed, **arrays)
    return packed.getvalue()


def lie_in_h5(content: bytes, pick: int, value: Any) -> bytes:
    """Replace one of the arrays by another, by a group, or by one that says it is huge."""
    held = io.BytesIO(content)
    with h5py.File(held, "r+") as file:
        names: list[str] = []
        file.visit(names.append)
        name = names[pick % len(names)]
        old = file[name][()] if isinstance(file[name], h5py.Dataset) else np.zeros(3)
        del file[name]
        if pick % 7 == 0:
            file.create_group(name)
        elif pick % 7 == 1:
            shape = (1 << 33, *old.shape[1:])
            file.create_dataset(name, shape, old.dtype, chunks=True, compression="gzip")
        elif pick % 7 == 2:
            file.create_dataset(
                name, old.shape, old.dtype, chunks=(1 << 20, *old.shape[1:]), maxshape=(None, *old.shape[1:])
            )
        elif pick % 7 > 3:
            odd = choose(make_odd_arrays(old, value), pick // 7)
            file[name] = odd.astype("S") if odd.dtype.kind == "U" else odd
    return held.getvalue()


def lie_in_tensor(content: bytes, pick: int, value: Any) -> bytes:
    """Another tensor, or something else than a tensor."""
    odd = choose(make_odd_arrays(torch.load(io.BytesIO(content)).numpy(), value), pick)
    packed = io.BytesIO()
    torch.save(torch.tensor(odd) if odd.dtype.kind in "bifc" else [value], packed)
    return packed.getvalue()


def lie_in_pickle(content: bytes, pick: int, value: Any) -> bytes:
    """Another list of names, or something else than a list."""
    names = pickle.loads(content)
    names[pick % len(names)] = value
    return pickle.dumps([names, names[:1], value, {"names": names}, np.array(names, object)][pick // 7 % 5])


LIES = {
    ".json": lie_in_json, ".npz": lie_in_npz, ".h5": lie_in_h5, ".pt": lie_in_tensor, ".pkl": lie_in_pickle,
}  # fmt: skip


@pytest.mark.parametrize("name", MAKERS)
def test_a_spoilt_data_set_is_read_or_refused_in_words(name: str, tmp_path: Path) -> None:
    make, given_part = MAKERS[name]
    root = tmp_path / "data"
    make(root)
    read = FORMATS[name].read
    assert detect_format(root / given_part) == name
    assert read(root / given_part).keys == KEYS  # as it is, it can be read
    contents = {path: path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}
    size = sum(map(len, contents.values()))

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],  # a data set that is spoilt less tells no more
    )
    @given(
        st.sampled_from(list(contents)),
        st.one_of(damages(), st.none()),
        st.integers(0, 2**20),
        st.sampled_from(ODD),
    )
    def spoil(path: Path, damage: Callable[[bytes], bytes] | None, pick: int, value: Any) -> None:
        content = contents[path]
        path.write_bytes(damage(content) if damage else LIES[path.suffix](content, pick, value))
        told = ""
        started = time.process_time()
        tracemalloc.start()
        try:
            FORMATS[name].recognises(root / given_part)
            found = read(root / given_part)
        except JointlensError as error:
            told = str(error)
        else:
            assert found.joints.shape[1:] == (17, 3)
            assert len(found.keys) == len(found.joints) == len(found.keypoints) == len(found.images)
        finally:
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            path.write_bytes(content)
        assert not told or str(root) in told, told
        assert "\n" not in told
        assert time.process_time() - started < SECONDS
        assert peak < 10 * size + ALLOWANCE

    spoil()


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    """A quarter of a gibibyte of zeros in a quarter of a mebibyte."""
    make_spin_npz(tmp_path / "data")
    path = tmp_path / "data" / "train.npz"
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": "<f8", "fortran_order": False, "shape": (1 << 18, 128)}
    )
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("pose.npy", "w") as stream:
        stream.write(header.getvalue())
        for _ in range(1 << 8):
            stream.write(bytes(1 << 20))
    assert path.stat().st_size < 1 << 20
    refused = r"train\.npz: .*\(pose\.npy unpacks to 256 MiB from a file of 0\.\d MiB, as a zip bomb does"
    for read in (FORMATS["spin-npz"].read, read_spin_bodies, load_body, read_matrix):
        started = time.process_time()
        with pytest.raises(JointlensError, match=refused):
            read(path)
        assert time.process_time() - started < 1  # unpacking takes several


def test_arrays_of_hdf5_that_say_they_are_huge_are_refused(tmp_path: Path) -> None:
    for number, (shape, chunks) in enumerate([((1 << 40,), (1 << 20,)), ((4,), (1 << 28,))]):
        root = tmp_path / str(number)
        make_h36m_fetch(root)
        path = root / "S1" / "Posing-1" / "annot.h5"
        with h5py.File(path, "r+") as file:
            del file["frame"]
            file.create_dataset("frame", shape, "i8", chunks=chunks, maxshape=(None,), compression="gzip")
        with pytest.raises(JointlensError, match=r"annot\.h5: .*\(frame unpacks to \d+ MiB from a file of 0"):
            FORMATS["h36m-fetch"].read(root)
