"""Estimates as VIBE and MEVA write them: one joblib file a video, and a table that says which video it is.

Source: ``demo.py`` of mkocabas/VIBE and ``run_meva_on_video.py`` of ZhengyiLuo/MEVA:
``{track_id: {pred_cam, orig_cam, verts, pose (n, 72), betas (n, 10), joints3d, joints2d, bboxes,
frame_ids}}``.
Such a file does not say what it was made of, so ``videos.csv`` does, with a header and one row a file:
``file,subject,action,camera,first_frame``, the file relative to the table, the first frame being the data
set's number of the video's frame 0. The camera is a weak perspective, so a metric translation is unknown.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import Estimates
from core.data.joblib_pickles import load_joblib
from core.errors import DatasetError
from core.types import BETAS, BODY_JOINTS, BodyParameters, FrameKey, compose

TABLE = "videos.csv"
_SUFFIXES = (".pkl", ".joblib")
COLUMNS = ("file", "subject", "action", "camera", "first_frame")
_POSE = 3 * BODY_JOINTS

#: Subject, action and camera in a path such as ``S9_Greeting 1.60457274/vibe_output.pkl``,
#: ``S9/Videos/Greeting 1.60457274/vibe_output.pkl``, ``S9_Greeting-1_60457274.pkl`` or
#: ``S9/Greeting-1/imageSequence/60457274/meva_output.pkl``.
_VIDEO_NAME = re.compile(
    r"(?:^|/)(S\d+)(?:/[^/]*)*?[/_]([A-Za-z]+(?:[ _-]\d{1,2})?)"
    r"(?:\.(?!pkl$|joblib$)([^/._]+)|(?:/imageSequence)?[/_](\d{5,}|\w*cam\w*))(?=[/._]|$)"
)


@dataclass(frozen=True)
class Video:
    """A row of the table.

    Attributes:
        file: of the results.
        subject: e.g. ``S9``.
        action: with its subaction, ``Greeting-1``.
        camera: name.
        first_frame: the data set's number of the video's first frame.
    """

    file: Path
    subject: str
    action: str
    camera: str
    first_frame: int


def read_tracks(path: Path | str, keys: Sequence[FrameKey]) -> Estimates:
    """Read estimates and put them in the order of a data set's frames.

    Frames of a video that the data set has left out are passed over. Where several tracks hold a frame, the
    one with the most frames counts: the others are mostly furniture and reflections.

    Args:
        path: the table, or the folder that ``videos.csv`` is in.
        keys: frames of the data set, in order.

    Raises:
        DatasetError: a file is missing or not what it should be, a video is not among the data set's, or no
            frame is found.
        UntrustedFileError: a file asks for classes that it has no need of.
    """
    rows = {key: row for row, key in enumerate(keys)}
    sequences = {(key.subject, key.action, key.camera) for key in keys}
    pose = np.zeros((len(keys), _POSE), np.float32)
    betas = np.zeros((len(keys), BETAS), np.float32)
    present = np.zeros(len(keys), bool)
    for video in read_table(path):
        if (video.subject, video.action, video.camera) not in sequences:
            raise DatasetError(
                f"{find_table(path)}: {video.file.name} is of {video.subject}/{video.action}/{video.camera}, "
                f"which the data set does not have; its first is {keys[0].sequence}/{keys[0].camera}"
            )
        for track in _read_video(video.file):
            frames = [
                FrameKey(video.subject, video.action, video.camera, video.first_frame + int(number))
                for number in track["frame_ids"]
            ]
            there = [number for number, key in enumerate(frames) if key in rows]
            of_rows = [rows[frames[number]] for number in there]
            pose[of_rows], betas[of_rows] = track["pose"][there], track["betas"][there]
            present[of_rows] = True
    if not present.any():
        raise DatasetError(
            f"{find_table(path)}: none of the videos' frames is among the data set's {len(keys)}; "
            "check first_frame, the data set's number of a video's frame 0"
        )
    unknown = np.full((len(keys), 3), np.nan, np.float32)
    return Estimates(BodyParameters(pose[:, :3], pose[:, 3:], betas, unknown), present)


def find_table(path: Path | str) -> Path:
    """The table that is meant by itself or by its folder."""
    path = Path(path)
    return path / TABLE if path.is_dir() else path


def read_table(path: Path | str) -> list[Video]:
    """Read ``videos.csv``.

    Raises:
        DatasetError: it is missing or malformed.
    """
    table = find_table(path)
    try:
        with table.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            rows, header = list(reader), tuple(reader.fieldnames or ())
    except OSError as error:
        raise DatasetError(
            f"{table}: cannot be read ({error.strerror}); it tells which result file is of which video, "
            f"with the columns {','.join(COLUMNS)}"
        ) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise DatasetError(f"{table}: is no readable table ({error})") from error
    if header != COLUMNS:
        raise DatasetError(f"{table}: has the columns {','.join(header)}; expected {','.join(COLUMNS)}")
    videos = [_make_video(table, line, row) for line, row in enumerate(rows, start=2)]
    if not videos:
        raise DatasetError(f"{table}: lists no video")
    seen: dict[tuple[str, str, str], Video] = {}
    for video in videos:
        other = seen.setdefault((video.subject, video.action, video.camera), video)
        if other is not video:
            raise DatasetError(
                f"{table}: {other.file.name} and {video.file.name} are both of "
                f"{video.subject}/{video.action}/{video.camera}"
            )
    return videos


def propose_table(path: Path | str) -> str:
    """The text of a ``videos.csv`` for a result file, or all below a folder, made of their names.

    Fields that a name does not tell are left for a person to fill in. Both methods count a video's frames
    from 0, Human3.6M from 1, so that is proposed as the first frame.

    Raises:
        DatasetError: there is no such folder or file, or nothing in it.
    """
    path = Path(path)
    root = path if path.is_dir() else path.parent
    files = [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.suffix in _SUFFIXES)
    if not files:
        raise DatasetError(f"{path}: holds no {' or '.join(_SUFFIXES)}; give the folder of the results")
    lines = [",".join(COLUMNS)]
    for file in files:
        name = file.relative_to(root).as_posix()
        found = _VIDEO_NAME.search(name)
        subject, action, camera = (
            (found[1], found[2], found[3] or found[4]) if found is not None else ("", "", "")
        )
        lines.append(f"{name},{subject},{re.sub(r'[ _](?=[0-9]+$)', '-', action)},{camera},1")
    return "\n".join(lines) + "\n"


def _make_video(table: Path, line: int, row: dict[Any, Any]) -> Video:
    if not all(isinstance(value, str) and value for value in row.values()):
        raise DatasetError(f"{table}: line {line} has an empty field or one too many")
    if not row["first_frame"].isdecimal():
        raise DatasetError(f"{table}: line {line} has first_frame {row['first_frame']!r}; expected a number")
    file = table.parent / row["file"]
    subject, action, camera = (compose(row[name]) for name in ("subject", "action", "camera"))
    return Video(file, subject, action, camera, int(row["first_frame"]))


def _read_video(path: Path) -> list[dict[str, NDArray[Any]]]:
    """Tracks of a file, the longest last."""
    tracks = load_joblib(path)
    if not isinstance(tracks, dict) or not all(isinstance(track, dict) for track in tracks.values()):
        raise DatasetError(f"{path}: is no VIBE or MEVA result; expected a dictionary of tracks")
    for name, track in tracks.items():
        _check_track(path, name, track)
    return sorted(tracks.values(), key=lambda track: len(track["frame_ids"]))


def _check_track(path: Path, name: Any, track: dict[Any, Any]) -> None:
    frames = track.get("frame_ids")
    if not isinstance(frames, np.ndarray) or frames.dtype.kind not in "iu" or frames.ndim != 1:
        raise DatasetError(f"{path}: track {name} has no frame_ids; expected whole numbers (n,)")
    if len(np.unique(frames)) != len(frames):
        raise DatasetError(f"{path}: track {name} has a frame twice in frame_ids")
    for field, width in (("pose", _POSE), ("betas", BETAS)):
        values = track.get(field)
        if not isinstance(values, np.ndarray) or values.dtype.kind != "f":
            raise DatasetError(f"{path}: track {name} has no {field}; expected floats (n, {width})")
        if values.shape != (len(frames), width):
            raise DatasetError(
                f"{path}: {field} of track {name} has shape {values.shape}; expected ({len(frames)}, {width})"
            )
        bad = np.flatnonzero(~np.isfinite(values).all(axis=1))
        if len(bad):
            raise DatasetError(
                f"{path}: {field} of track {name} is not finite at frame {frames[bad[0]]}, and at "
                f"{len(bad) - 1} more; leave such frames out"
            )
