"""A new project folder: built beside its place, and there only once it is whole and on disk."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import uuid
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from core.cameras import CROP_SIDE, crop_around
from core.data.dataset import Dataset
from core.errors import ProjectError
from core.joints_file import encode_joint_set
from core.project import database as databases
from core.project.arrays import ArrayStore, sync_path
from core.project.camera_table import write_camera_table
from core.project.database import Database
from core.project.frame_index import FrameIndex
from core.project.journal import now
from core.project.naming import check_place
from core.project.project import Project
from core.project.regressor_store import FOLDER_NAME as REGRESSOR_FOLDER
from core.project.shot_table import write_shot_table
from core.project.write_error import make_write_error
from core.types import FloatArray
from core.version import code_version

#: Side of a crop over the longer side of its labels' box: hands, feet and hair reach beyond the joints.
CROP_MARGIN = 1.4

#: Files that are waited for at once when a project is brought to disk.
_SYNCING = 16


@contextmanager
def create_project(
    path: Path | str, dataset: Dataset, *, body_file: Path, topology: str
) -> Iterator[Project]:
    """Make a project of a data set; what the ``with`` block adds belongs to it.

    Until the block ends the project lies in a sibling folder ``NAME.partial``. An error in the block leaves
    nothing behind; after a crash the next attempt clears the sibling away.

    Args:
        path: the project folder; must not be there.
        dataset: checked already.
        body_file: the body model, referred to.
        topology: hash of its mesh.

    Raises:
        ProjectError: something is there already, or it cannot be written.
    """
    path = Path(path).absolute()
    check_free(path)
    partial = path.with_name(f"{path.name}.partial")
    _clear_partial(partial)
    try:
        partial.mkdir(parents=True)
        (partial / REGRESSOR_FOLDER).mkdir()
        keys = FrameIndex.from_keys(dataset.keys)
        _write_arrays(partial, dataset, keys)
        _write_index(partial, dataset, keys, body_file=body_file, topology=topology)
        with Project.open(partial) as project:
            yield project
        _sync(partial)
        partial.replace(path)
        sync_path(path.parent)
    except (OSError, sqlite3.OperationalError) as error:
        shutil.rmtree(partial, ignore_errors=True)
        raise make_write_error(path, error) from error
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise


def check_free(path: Path) -> None:
    """Raise ProjectError where something lies at a project's place already; an empty folder is nothing."""
    if (path / databases.FILE_NAME).exists():
        raise ProjectError(
            f"{path}: is a project already; choose another folder, or add estimates to this one"
        )
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise ProjectError(f"{path}: is there already and is no project; choose another folder")


def _clear_partial(partial: Path) -> None:
    if partial.exists():
        if not (partial / REGRESSOR_FOLDER).is_dir():
            raise ProjectError(f"{partial}: is in the way and was not made by Jointlens; move it")
        shutil.rmtree(partial)


def _write_arrays(folder: Path, dataset: Dataset, keys: FrameIndex) -> None:
    arrays = ArrayStore.create(folder)
    arrays.add("frames/numbers", keys.numbers, chunk_rows=len(keys))
    arrays.add("labels/joints", dataset.joints.astype(np.float32))
    arrays.add("labels/keypoints", dataset.keypoints.astype(np.float32))
    arrays.add("labels/crops", make_crops(dataset))


def make_crops(dataset: Dataset) -> FloatArray:
    """Square crops (N, 3) around the 2D labels; without them the data set's own, or the whole picture."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a frame without labels; filled in below
        crops = crop_around(dataset.keypoints.astype(np.float64), margin=CROP_MARGIN)
    for row in np.flatnonzero(~np.isfinite(crops).all(axis=1)).tolist():
        camera = dataset.camera(row)
        if dataset.crops is not None:
            crops[row] = dataset.crops[row]
            continue
        crops[row] = 0, 0, CROP_SIDE / max(camera.width, camera.height)
    return crops


def _write_index(folder: Path, dataset: Dataset, keys: FrameIndex, *, body_file: Path, topology: str) -> None:
    for shot in keys.shots:  # files will lie below these names
        check_place(shot.subject, "a subject")
        check_place(shot.action, "an action")
        check_place(shot.camera, "a camera")
    database = Database.create(folder)
    meta = {
        "id": uuid.uuid4().hex[:12],
        "created": now(),
        "code_version": code_version(),
        "format": dataset.format,
        "synthetic": dataset.synthetic,
        "label_origin": dataset.label_origin,
        "absolute_labels": dataset.absolute_labels,
        "test_subjects": dataset.test_subjects,
        "world_labels": dataset.world_labels,
        "projected_keypoints": dataset.projected_keypoints,
        "joint_set": encode_joint_set(dataset.joint_set),
        "dataset_root": _refer_to(dataset.root, folder),
        "body_file": _refer_to(body_file, folder),
        "body_topology": topology,
    }
    with database.transaction() as connection:
        connection.executemany(
            "INSERT INTO meta VALUES (?, ?)", [(k, json.dumps(v)) for k, v in meta.items()]
        )
        write_camera_table(connection, dataset.cameras)
        write_shot_table(connection, keys.shots)
        connection.executemany(
            "INSERT INTO frames VALUES (?, ?, ?)",
            zip(range(len(dataset.keys)), dataset.images, dataset.masks),
        )
    database.close()


def _refer_to(target: Path, folder: Path) -> str:
    """Relative to the folder that the project lies in where the target is below it, so both move together."""
    target, parent = target.resolve(), folder.parent.resolve()
    return str(target.relative_to(parent)) if target.is_relative_to(parent) else str(target)


def _sync(folder: Path) -> None:
    """Have all files below a folder on disk: a disk takes many at once nearly as fast as one."""
    found = [Path(root) / name for root, _, files in os.walk(folder) for name in (*files, "")]
    with ThreadPoolExecutor(_SYNCING) as threads:
        for _ in threads.map(sync_path, found):
            pass
