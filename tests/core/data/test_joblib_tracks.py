"""VIBE's and MEVA's results are read through their table, and without trusting them."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest

from core.data.estimate_files import describe_estimates, detect_estimates
from core.data.importing import add_estimates, import_project
from core.data.joblib_pickles import load_joblib
from core.data.joblib_tracks import COLUMNS, propose_table, read_tracks
from core.errors import DatasetError, UntrustedFileError
from core.project.project import Project
from core.types import FrameKey

FRAMES = (1, 9, 30)
KEYS = [FrameKey("S9", "Greeting-1", camera, frame) for camera in ("a", "b") for frame in FRAMES]


def make_track(frame_ids: Any, mark: float = 0.0) -> dict[str, Any]:
    """As VIBE's; the first beta is ``mark`` plus the frame."""
    n = len(frame_ids)
    random = np.random.default_rng(n)
    betas = random.normal(size=(n, 10)).astype(np.float32)
    betas[:, 0] = mark + np.asarray(frame_ids)
    return {
        "pred_cam": np.ones((n, 3), np.float32),
        "orig_cam": np.ones((n, 4), np.float32),
        "verts": np.zeros((n, 50, 3), np.float32),
        "pose": random.normal(size=(n, 72)).astype(np.float32),
        "betas": betas,
        "joints3d": np.zeros((n, 49, 3), np.float32),
        "joints2d": None,
        "bboxes": np.zeros((n, 4)),
        "frame_ids": np.asarray(frame_ids),
    }


def write_table(folder: Path, rows: list[tuple[Any, ...]], columns: tuple[str, ...] = COLUMNS) -> Path:
    with (folder / "videos.csv").open("w", newline="") as file:
        csv.writer(file).writerows([columns, *rows])
    return folder / "videos.csv"


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """A folder with results of both cameras: all frames of a, the last alone of b, counted from frame 5."""
    joblib.dump({1: make_track(np.arange(40))}, tmp_path / "a.pkl")
    joblib.dump({1: make_track([25], mark=100)}, tmp_path / "b.pkl")
    write_table(tmp_path, [("a.pkl", "S9", "Greeting-1", "a", 1), ("b.pkl", "S9", "Greeting-1", "b", 5)])
    return tmp_path


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_what_joblib_wrote_comes_back(tmp_path: Path, protocol: int) -> None:
    value = {
        7: make_track([0, 1, 2]),
        "fortran": np.asfortranarray(np.arange(12.0).reshape(3, 4)),
        "big endian": np.arange(4, dtype=">i4"),
        "empty": np.zeros((0, 3)),
        "number": np.float32(2.5),
        "zero-dimensional": np.array(3.0),
        "list": [1, "two", (np.arange(3), None)],
    }
    joblib.dump(value, tmp_path / "value.pkl", protocol=protocol)
    read = load_joblib(tmp_path / "value.pkl")
    for name, array in value[7].items():
        np.testing.assert_array_equal(read[7][name], array)
    for name in ("fortran", "big endian", "empty", "zero-dimensional"):
        np.testing.assert_array_equal(read[name], value[name])
        assert read[name].shape == value[name].shape
    assert read["number"] == 2.5
    assert read["list"][:2] == [1, "two"]
    np.testing.assert_array_equal(read["list"][2][0], [0, 1, 2])


def test_frames_are_found_through_the_number_of_the_first(results: Path) -> None:
    estimates = read_tracks(results, KEYS)
    assert estimates.present.tolist() == [True, True, True, False, False, True]
    np.testing.assert_array_equal(estimates.parameters.betas[:, 0], [0, 8, 29, 0, 0, 125])
    track = joblib.load(results / "a.pkl")[1]
    np.testing.assert_array_equal(estimates.parameters.pose.reshape(-1, 72)[1], track["pose"][8])
    assert np.isnan(estimates.parameters.transl).all()


def test_the_table_may_be_given_by_itself(results: Path) -> None:
    assert read_tracks(results / "videos.csv", KEYS).present.sum() == 4
    assert describe_estimates(results)["sha256"] == describe_estimates(results / "videos.csv")["sha256"]
    before = describe_estimates(results)["sha256"]
    joblib.dump({1: make_track([26])}, results / "b.pkl")
    assert describe_estimates(results)["sha256"] != before


def test_the_longest_of_several_tracks_counts(results: Path) -> None:
    tracks = {1: make_track([0, 8], mark=900), 2: make_track(np.arange(2, 40)), 3: make_track([29], mark=700)}
    joblib.dump(tracks, results / "a.pkl")
    np.testing.assert_array_equal(read_tracks(results, KEYS).parameters.betas[:3, 0], [900, 8, 29])


def expect_error(folder: Path, message: str, kind: type[Exception] = DatasetError) -> None:
    with pytest.raises(kind, match=message) as caught:
        read_tracks(folder, KEYS)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("pose", None, r"a\.pkl: track 1 has no pose; expected floats \(n, 72\)"),
        ("pose", np.zeros((3, 24, 3)), r"pose of track 1 has shape \(3, 24, 3\); expected \(3, 72\)"),
        ("betas", np.full((3, 10), np.nan), "betas of track 1 is not finite at frame 0, and at 2 more"),
        ("frame_ids", [0, 8, 29], "track 1 has no frame_ids"),
        ("frame_ids", np.array([0, 8, 8]), "track 1 has a frame twice"),
    ],
)
def test_a_bad_track_is_told(results: Path, field: str, value: Any, message: str) -> None:
    joblib.dump({1: {**make_track([0, 8, 29]), field: value}}, results / "a.pkl")
    expect_error(results, message)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (("c.pkl", "S9", "Greeting-1", "a", 1), r"c\.pkl: cannot be read"),
        (("a.pkl", "S9", "Greeting 1", "a", 1), "is of S9/Greeting 1/a, which the data set does not have"),
        (("a.pkl", "S9", "Greeting-1", "a", "first"), "line 2 has first_frame 'first'"),
        (("a.pkl", "S9", "Greeting-1", "a"), "line 2 has an empty field"),
        (("a.pkl", "S9", "Greeting-1", "a", 1000), "none of the videos' frames is among the data set's 6"),
    ],
)
def test_a_bad_table_is_told(results: Path, row: tuple[Any, ...], message: str) -> None:
    write_table(results, [row])
    expect_error(results, message)


def test_a_table_without_videos_or_with_other_columns_is_told(results: Path) -> None:
    write_table(results, [])
    expect_error(results, "lists no video")
    write_table(results, [], columns=("file", "subject"))
    expect_error(results, "has the columns file,subject; expected file,subject,action,camera,first_frame")
    write_table(results, 2 * [("a.pkl", "S9", "Greeting-1", "a", 1)])
    expect_error(results, "are both of S9/Greeting-1/a")
    (results / "videos.csv").unlink()
    expect_error(results, r"videos\.csv: cannot be read")


def test_what_is_no_result_is_told(results: Path) -> None:
    joblib.dump([1, 2], results / "a.pkl")
    expect_error(results, r"a\.pkl: is no VIBE or MEVA result")
    joblib.dump({1: {**make_track([0]), "verts": np.array([{}], object)}}, results / "a.pkl")
    expect_error(results, r"a\.pkl: holds an array of objects of shape \(1,\)")
    with pytest.raises(DatasetError, match=r"a\.pkl: does not tell which video it is of"):
        detect_estimates(results / "a.pkl")


@pytest.mark.parametrize("method", ["zlib", "gzip", "bz2", "lzma", "xz"])
def test_a_compressed_file_is_told(results: Path, method: str) -> None:
    joblib.dump({1: make_track([0])}, results / "a.pkl", compress=(method, 3))
    expect_error(results, rf"a\.pkl: is compressed with {method}")


@pytest.mark.parametrize("cut", [0, 3, 700, -1, -4000])
def test_a_truncated_file_is_one_clear_error(results: Path, cut: int) -> None:
    path = results / "a.pkl"
    path.write_bytes(path.read_bytes()[:cut])
    expect_error(results, r"a\.pkl: not a readable pickle")


class Bomb:
    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> Any:
        return Path.touch, (self.target,)


def test_a_forbidden_class_is_named_and_nothing_is_executed(results: Path) -> None:
    harmed = results / "harmed"
    joblib.dump({1: {**make_track([0]), "joints2d": Bomb(harmed)}}, results / "a.pkl")
    expect_error(results, r"a\.pkl: asks for", UntrustedFileError)
    assert not harmed.exists()


def test_a_project_is_made_of_them(tiny: Any, tmp_path: Path) -> None:
    rows = []
    for camera in ("54138969", "55011271", "58860488", "60457274"):
        for subject in ("S1", "S9"):
            name = f"{subject}.{camera}.pkl"
            joblib.dump({1: make_track(np.arange(0, 129, 64))}, tmp_path / name)
            rows.append((name, subject, "Posing-1", camera, 1))
    write_table(tmp_path, rows)
    preview = import_project(
        tmp_path / "project", dataset=tiny.root, body=tiny.body, regressors={},
        estimates={"spin": tiny.estimates, "vibe": tmp_path / "videos.csv"},
    )  # fmt: skip
    assert preview.estimates == {"spin": 24, "vibe": 24}
    write_table(tmp_path, rows[:1])
    with Project.open(tmp_path / "project") as project:
        assert add_estimates(project, "meva", tmp_path).present.sum() == 3
        assert project.estimators() == ["spin", "vibe", "meva"]
        frames = [key.frame for key in project.keys]
        np.testing.assert_array_equal(
            project.read_bodies("vibe", np.arange(24)).betas[:, 0], np.array(frames) - 1
        )


def test_a_table_is_proposed_from_file_names(tmp_path: Path) -> None:
    for name in (
        "S9_Greeting 1.60457274/vibe_output.pkl",
        "S11/Walking-2.54138969.pkl",
        "runs/S9_Waiting.55011271.pkl",
        "S9/Videos/Greeting 1.60457274/vibe_output.pkl",
        "S9/Greeting-1/imageSequence/60457274/meva_output.joblib",
        "S9_Greeting_1_60457274.pkl",
        "S9/vibe_output.pkl",
        "holiday.pkl",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    assert propose_table(tmp_path).splitlines() == [
        "file,subject,action,camera,first_frame",
        "S11/Walking-2.54138969.pkl,S11,Walking-2,54138969,1",
        "S9/Greeting-1/imageSequence/60457274/meva_output.joblib,S9,Greeting-1,60457274,1",
        "S9/Videos/Greeting 1.60457274/vibe_output.pkl,S9,Greeting-1,60457274,1",
        "S9/vibe_output.pkl,,,,1",
        "S9_Greeting 1.60457274/vibe_output.pkl,S9,Greeting-1,60457274,1",
        "S9_Greeting_1_60457274.pkl,S9,Greeting-1,60457274,1",
        "holiday.pkl,,,,1",
        "runs/S9_Waiting.55011271.pkl,S9,Waiting,55011271,1",
    ]
    with pytest.raises(DatasetError, match=r"the row would be Walking-2\.54138969\.pkl,,,,1"):
        detect_estimates(tmp_path / "S11" / "Walking-2.54138969.pkl")
    with pytest.raises(DatasetError, match=r"gone: holds no \.pkl or \.joblib"):
        propose_table(tmp_path / "gone")
