"""Estimates in whichever of the known formats they come, told by their content.

A file whose rows follow another file's, as SPIN's results and static fits follow a data set npz, is given as
``results.npz@h36m_valid_protocol1.npz``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.data.bodies_npz import read_exported_bodies
from core.data.body_table import BodyTable
from core.data.dataset import Estimates
from core.data.eft_json import read_eft
from core.data.human_data import read_human_data_bodies
from core.data.joblib_tracks import find_table, propose_table, read_table, read_tracks
from core.data.match_bodies import match_bodies
from core.data.neural_annot import find_neural_annot, read_neural_annot
from core.data.npz_files import list_arrays, read_arrays
from core.data.plausibility import MatchTarget, measure_plausibility
from core.data.precomputed import IMAGES, read_precomputed_bodies
from core.data.spin_npz import read_frame_names, read_spin_bodies, read_static_fits
from core.errors import DatasetError

TRACKS = "vibe-meva"
READERS: Mapping[str, Callable[[Path], BodyTable]] = {
    "spin-npz": read_spin_bodies,
    "spin-static-fits": read_static_fits,
    "human-data": read_human_data_bodies,
    "jointlens-bodies": read_exported_bodies,
    "neural-annot": read_neural_annot,
    "eft": read_eft,
    "precomputed": read_precomputed_bodies,
}


def read_estimates(path: Path | str, target: MatchTarget) -> Estimates:
    """Read estimates of any known format and match them with a data set's frames.

    Args:
        path: a SPIN npz, static fits npy, HumanData npz, exported bodies npz, EFT json, NeuralAnnot json or a
            folder of them, a ``precomputed_*`` folder, or the table ``videos.csv``, or its folder, of VIBE or
            MEVA results; ``FILE@DATASET.npz`` where the rows follow the frames of another file.
        target: the data set's frames.

    Raises:
        DatasetError: it is none of these, not what it should be, or does not fit the frames.
        UntrustedFileError: it holds what a data file has no need of.
    """
    file, names_file = split_names_file(path)
    kind = detect_estimates(file)
    if kind == TRACKS:
        estimates = read_tracks(file, target.keys)
        rows = estimates.present.nonzero()[0]
        fit = measure_plausibility(target, estimates.parameters[rows], rows)
        told = f"{len(rows)} of {len(target.keys)} frames are in videos; {fit}"
        return replace(estimates, matching=told, fit=fit)
    table = READERS[kind](file)
    if names_file is not None:
        arrays = read_arrays(names_file, ("imgname",))
        if "imgname" not in arrays:
            raise DatasetError(f"{names_file}: has no imgname; expected the data set npz that {file} follows")
        names = read_frame_names(names_file, arrays["imgname"])
        if len(names) != len(table):
            raise DatasetError(f"{file}: holds {len(table)} rows, {names_file} names {len(names)} frames")
        table = replace(table, names=names)
    return match_bodies(table, target)


def split_names_file(path: Path | str) -> tuple[Path, Path | None]:
    """``FILE@DATASET.npz`` as both paths; a path that is there as it stands is one."""
    file, separator, names_file = str(path).rpartition("@")
    if separator and file and names_file and not Path(path).exists():
        return Path(file), Path(names_file)
    return Path(path), None


def detect_estimates(path: Path) -> str:
    """The format of an estimates file, by its content.

    Raises:
        DatasetError: it is missing or none of the known ones.
    """
    if not path.exists():
        raise DatasetError(f"{path}: cannot be read (No such file or directory)")
    if path.suffix.lower() == ".csv":
        return TRACKS
    if path.is_dir():
        if (path / IMAGES).is_file():
            return "precomputed"
        return "neural-annot" if find_neural_annot(path) else TRACKS
    if path.suffix.lower() in (".pkl", ".joblib"):
        raise DatasetError(
            f"{path}: does not tell which video it is of; write a videos.csv "
            f"(file,subject,action,camera,first_frame) beside it and give that; by its name the row would be "
            f"{propose_table(path).splitlines()[1]}"
        )
    if path.suffix.lower() == ".json":
        return "neural-annot" if find_neural_annot(path) else "eft"
    if path.suffix.lower() == ".npy":
        return "spin-static-fits"
    names = set(list_arrays(path))
    if {"frame", "global_orient", "body_pose"} <= names:
        return "jointlens-bodies"
    return "human-data" if "image_path" in names else "spin-npz"


def describe_estimates(path: Path | str) -> dict[str, Any]:
    """Name and SHA-256 of what estimates are read from; of a table or folder, with all its files."""
    file, names_file = split_names_file(path)
    files = [file]
    if file.is_dir() or file.suffix.lower() == ".csv":
        kind = detect_estimates(file)
        if kind == TRACKS:
            files = [find_table(file), *(video.file for video in read_table(file))]
        else:
            files = find_neural_annot(file) or [*sorted(file.glob("*.pt")), file / IMAGES]
    parts = [*files, *([names_file] if names_file is not None else [])]
    return {"file": Path(path).name, "sha256": hash_files(parts)}


def hash_files(files: Iterable[Path]) -> str:
    """SHA-256 of some files' contents, one after the other."""
    digest = hashlib.sha256()
    for file in files:
        with file.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()
