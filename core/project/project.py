"""A project folder, open: what is asked of it goes to the part that keeps it.

The folder holds ``project.sqlite``, ``arrays.zarr`` and ``regressors/``. The data set and the body file
are referred to and never changed.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.body.files import load_body
from core.body.model import BodyModel
from core.cameras import Camera
from core.errors import ProjectError
from core.joints import H36M_17, JointSet
from core.joints_file import decode_joint_set
from core.project import acceptance, finding_table, flags, reviews, subject_split
from core.project.arrays import ArrayStore
from core.project.bodies import BodyStore
from core.project.camera_table import read_camera_table
from core.project.database import FILE_NAME as DATABASE_NAME
from core.project.database import Database, OutdatedError
from core.project.edit_lock import EditLock
from core.project.finding import Finding
from core.project.flags import Flag
from core.project.frame_index import FrameIndex
from core.project.journal import Journal, now
from core.project.media import Media
from core.project.regressor_store import RegressorStore, RegressorVersion
from core.project.reviews import Review
from core.project.runs import RunRecord, RunTable
from core.project.shot_table import read_shot_table
from core.project.source_table import SourceTable
from core.regressor.record import Regressor
from core.types import BodyParameters, BoolArray, FloatArray, FrameKey, InstantKey
from core.version import code_version


class Project:
    """One project, for any number of threads; a context manager. Made by :meth:`open`.

    Attributes:
        path: the project folder.
        read_only: whether edits are refused.
        locked_by_other: whether that is because another window edits the project.
        database: its index; parts of :mod:`core.project` change it.
        keys: every frame, at its row.
        cameras: by subject and name.
        journal: every edit, and undo.
        joint_set: that labels and regressors follow.
        run_table: the runs; where those in blocks are written.
    """

    def __init__(
        self, path: Path, database: Database, lock: EditLock | None, *, locked_by_other: bool
    ) -> None:
        self.path = path
        self.read_only = database.read_only
        self.locked_by_other = locked_by_other
        self.database = database
        self._lock = lock
        self._meta = database.read_meta()
        self._arrays = ArrayStore(path, read_only=self.read_only and not database.is_snapshot)
        self._bodies = BodyStore(self._arrays, database)
        self.keys = FrameIndex(read_shot_table(database.connection), self._arrays.read("frames/numbers"))
        self.cameras = read_camera_table(database.connection)
        self.journal = Journal(
            database,
            {**flags.APPLIERS, **reviews.APPLIERS, **acceptance.APPLIERS, **subject_split.APPLIERS},
        )
        self.joint_set: JointSet = (
            decode_joint_set(self._meta["joint_set"]) if "joint_set" in self._meta else H36M_17
        )
        self.run_table = RunTable(database, self._bodies)
        self._sources = SourceTable(database, self._bodies, self.run_table)
        self._regressors = RegressorStore(database)
        self._media = Media(database, self.dataset_root)
        self._held_flags: list[Flag] | None = None
        self._body: BodyModel | None = None
        self._body_lock = threading.Lock()

    @classmethod
    def open(cls, path: Path | str, *, read_only: bool = False, exclusive: bool = False) -> Project:
        """Open a project folder.

        Args:
            path: the folder.
            read_only: refuse edits; also what read-only media get. What an older version wrote is brought
                up to date all the same, where it can be written.
            exclusive: as a window does: edit alone among windows, or read-only where another edits already
                (then ``locked_by_other`` is True).

        Raises:
            ProjectError: it is no project, it is damaged, or a newer version wrote it.
        """
        # Links are kept as they are told, but after one ".." means the folder above what it leads to.
        path = Path(path).resolve() if ".." in Path(path).parts else Path(path).absolute()
        writable = not path.is_dir() or os.access(path, os.W_OK)
        read_only = read_only or not writable
        lock, locked_by_other = None, False
        if exclusive and not read_only and (path / DATABASE_NAME).is_file():
            lock = EditLock.take(path)
            locked_by_other = lock is None
        database = None
        try:
            try:
                database = Database(path, read_only=read_only or locked_by_other)
            except OutdatedError:
                if not writable:
                    raise
                Database(path).close()
                database = Database(path, read_only=True)
            return cls(path, database, lock, locked_by_other=locked_by_other)
        except BaseException:
            if database is not None:
                database.close()
            if lock is not None:
                lock.release()
            raise

    @classmethod
    def open_snapshot(cls, path: Path, snapshot: Path, body: BodyModel) -> Project:
        """Open a project folder as its index was when a snapshot of it was made.

        Edits are refused, but blocks of runs may be written. Works where the folder lies on a network file
        system.

        Args:
            path: the folder.
            snapshot: :meth:`Database.write_snapshot` made it.
            body: the project's, which is not read anew.
        """
        database = Database(path, snapshot=snapshot)
        project = cls(path, database, None, locked_by_other=False)
        project._body = body
        return project

    def close(self) -> None:
        """Close every thread's connection, and let another window edit."""
        self.database.close()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def __enter__(self) -> Project:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # What the project is

    @property
    def id(self) -> str:
        """Unique among projects."""
        return str(self._meta["id"])

    @property
    def synthetic(self) -> bool:
        """Whether the data are a synthetic studio's."""
        return bool(self._meta["synthetic"])

    @property
    def label_origin(self) -> str:
        """Where the labels come from: ``mocap``, ``regressed``, ``synthetic`` or ``unknown``."""
        return str(self._meta["label_origin"])

    @property
    def dataset_root(self) -> Path:
        """Folder of the data set; it may have gone."""
        return self._resolve("dataset_root")

    @property
    def body_file(self) -> Path:
        """The body model's file, which is referred to."""
        return self._resolve("body_file")

    @property
    def has_extrinsics(self) -> bool:
        """Whether it is known where the cameras stand, so that bodies can be told in the world."""
        return all(np.isfinite(camera.R).all() for camera in self.cameras.values())

    @property
    def has_absolute_labels(self) -> bool:
        """Whether 3D labels tell where the person stands; otherwise they are relative to the pelvis."""
        return bool(self._meta.get("absolute_labels", True))

    @property
    def named_test_subjects(self) -> tuple[str, ...]:
        """Subjects that a person named as test subjects; none where Human3.6M's split holds."""
        return subject_split.read_test_subjects(self.database.connection)

    @property
    def has_world_labels(self) -> bool:
        """Whether 3D labels came in the world, so that all views agree wherever cameras are said to stand."""
        return bool(self._meta.get("world_labels", False))

    @property
    def has_projected_keypoints(self) -> bool:
        """Whether 2D labels are projected 3D ones, which therefore say nothing of cameras."""
        return bool(self._meta.get("projected_keypoints", False))

    def provenance(self) -> dict[str, Any]:
        """What every exported number carries: project, journal position, code version."""
        return {
            "project": self.id,
            "journal_position": self.journal.position,
            "code_version": code_version(),
            "synthetic": self.synthetic,
        }

    def body(self) -> BodyModel:
        """The body model that estimates and regressors belong to, read once.

        Raises:
            BodyError: its file is missing or unreadable.
            ProjectError: the file has another mesh topology than at import.
        """
        with self._body_lock:
            if self._body is None:
                path, expected = self.body_file, self._meta["body_topology"]
                body = load_body(path)
                if body.topology != expected:
                    raise ProjectError(
                        f"{path}: has mesh topology {body.topology}, the project was made with {expected}; "
                        "put the body file back, or import anew"
                    )
                self._body = body
            return self._body

    # Frames

    def row(self, key: FrameKey | InstantKey) -> int:
        """Row of a frame, or of an instant in the first camera that saw it; ProjectError if absent."""
        return self.keys.row(key)

    def rows_of(
        self, subject: str | None = None, action: str | None = None, camera: str | None = None
    ) -> NDArray[np.intp]:
        """Rows of a subject, an action and a camera, ascending; None is any."""
        return self.keys.rows_of(subject, action, camera)

    def camera(self, row: int) -> Camera:
        """The camera of a row, as its subject was recorded with it."""
        shot = self.keys.shot_of(row)
        return self.cameras[shot.subject, shot.camera]

    def image_path(self, row: int) -> Path:
        """Where a frame's picture lies, or will lie once a studio has made it."""
        return self._media.image_path(row)

    def mask_path(self, row: int) -> Path | None:
        """Where a frame's mask lies; None where the data set has none."""
        return self._media.mask_path(row)

    def use_masks(self, masks: Mapping[int, str]) -> None:
        """Take masks that were made: row -> path relative to the project's folder."""
        self._media.use_masks(masks)

    def labels(self, rows: NDArray[np.intp]) -> FloatArray:
        """Labelled joints (n, J, 3) float32, metres, camera frame; NaN where absent."""
        return self._arrays.read("labels/joints", rows)

    def keypoints(self, rows: NDArray[np.intp]) -> FloatArray:
        """Labelled joints (n, J, 2) float32, pixels of the whole image; NaN where absent."""
        return self._arrays.read("labels/keypoints", rows)

    def crops(self, rows: NDArray[np.intp]) -> FloatArray:
        """Square crops around the labels (n, 3): left, top, crop pixels per image pixel."""
        return self._arrays.read("labels/crops", rows)

    def read_masks(self, rows: NDArray[np.intp]) -> NDArray[np.float32]:
        """Share of each pixel of the crops that the mask covers, (n, 224, 224); NaN without a usable mask.

        Raises:
            DatasetError: a mask is missing from disk, damaged, or of another size.
        """
        return self._media.read_mask_crops(rows, [self.camera(row) for row in rows], self.crops(rows))

    # Bodies

    def estimators(self) -> list[str]:
        """Whose estimates the project has; ``initial`` is the first one's other name."""
        return self._sources.read_estimators()

    def read_bodies(self, source: str, rows: NDArray[np.intp]) -> BodyParameters:
        """Bodies of an estimator or a run, camera frame; NaN where there is none.

        Raises:
            ProjectError: there is no such source.
        """
        return self._bodies.read(self.find_source(source), rows)

    def bodies_present(self, source: str, rows: NDArray[np.intp] | None = None) -> BoolArray:
        """For which of some rows, or of all, a source has a body, (n,)."""
        return self._bodies.read_presence(self.find_source(source), rows)

    def write_bodies(self, run: str, rows: NDArray[np.intp], parameters: BodyParameters) -> None:
        """Keep bodies of a run, camera frame; what is there is replaced."""
        self.database.check_writable()
        self._bodies.write(self.run_table.read(run).name, rows, parameters)

    def write_translations(self, estimator: str, rows: NDArray[np.intp], transl: FloatArray) -> None:
        """Say where an estimator's bodies stand, (n, 3) metres, camera frame."""
        self.database.check_writable()
        self._bodies.write_translations(self.find_source(estimator), rows, transl)

    def add_estimates(
        self, name: str, parameters: BodyParameters, present: BoolArray, provenance: dict[str, Any]
    ) -> None:
        """Keep an estimator's bodies for all rows, camera frame; ``transl`` may be NaN.

        Raises:
            ProjectError: the name is taken or impossible, or the rows are not the project's.
        """
        if len(parameters) != len(self.keys):
            raise ProjectError(f"estimator {name}: has {len(parameters)} bodies for {len(self.keys)} frames")
        self._sources.add(name, parameters, present, provenance)

    def find_source(self, source: str) -> str:
        """The estimator or run that a name means; ``initial`` means the first estimator.

        Raises:
            ProjectError: there is no such source.
        """
        return self._sources.find(source)

    def choose_source(self, source: str | None = None) -> str:
        """:meth:`find_source`; without a name the newest finished run, else the first estimator."""
        return self._sources.choose() if source is None else self.find_source(source)

    # Runs

    def runs(self) -> list[RunRecord]:
        """All runs, oldest first."""
        return self.run_table.read_all()

    def read_run(self, name: str) -> RunRecord:
        """One run; ProjectError where there is none of that name."""
        return self.run_table.read(name)

    def create_run(
        self,
        name: str,
        settings: dict[str, Any],
        *,
        shares_bodies: bool = False,
        details: dict[str, Any] | None = None,
        overwrite: bool = False,
        blocks: Sequence[NDArray[np.intp]] | None = None,
    ) -> RunRecord:
        """Start a run: a record, and bodies that are absent so far.

        Args:
            name: by which its bodies are read.
            settings: as the run is told, JSON values.
            shares_bodies: whether the views of one instant share one body.
            details: what it needs to be resumed, JSON values.
            overwrite: forget a run of that name and its bodies.
            blocks: rows of each block, where the bodies are to lie in blocks, for many workers to write.

        Raises:
            ProjectError: the name is taken or impossible, or the project is read-only.
        """
        self._sources.check_new(name, "run")
        created = now()
        run = RunRecord(
            *(name, "new", 0.0, settings, shares_bodies, details or {}, self.provenance(), created, created)
        )
        return self.run_table.create(run, frames=len(self.keys), overwrite=overwrite, blocks=blocks)

    def update_run(
        self,
        name: str,
        *,
        state: str | None = None,
        progress: float | None = None,
        details: dict[str, Any] | None = None,
    ) -> RunRecord:
        """Change what is told of a run; None leaves it as it is, ``details`` are added to those there.

        Raises:
            ProjectError: there is no such run, or a value is impossible.
        """
        return self.run_table.update(name, state=state, progress=progress, details=details)

    # Regressors

    def regressor_names(self) -> list[str]:
        """In the order in which they first came."""
        return self._regressors.names()

    def regressor_versions(self, name: str) -> list[RegressorVersion]:
        """The history of a regressor, oldest first."""
        return self._regressors.versions(name)

    def read_regressor(self, name: str, version: int | None = None) -> Regressor:
        """What a regressor's name means: its accepted version, else the newest; or the version told.

        Raises:
            ProjectError: the project has no such regressor.
        """
        return self._regressors.read(name, version)

    def accepted_version(self, name: str) -> int | None:
        """The accepted version of a regressor; None where none is, and its name means the newest."""
        return acceptance.read_accepted(self.database.connection).get(name)

    def add_regressor(self, regressor: Regressor) -> RegressorVersion:
        """Keep a regressor as the newest version of its name; older ones stay.

        Raises:
            RegressorError: it belongs to another mesh than the project's body.
            ProjectError: its name is impossible, or the project is read-only.
        """
        regressor.check_topology(self.body())
        return self._regressors.add(regressor)

    # Flags

    def flags(self) -> list[Flag]:
        """The flags that stand, in the order in which they were made."""
        if self._held_flags is not None:
            return list(self._held_flags)
        return flags.read_flags(self.database.connection)

    @contextmanager
    def holding_flags(self, held: list[Flag]) -> Iterator[None]:
        """For as long as the ``with`` block lasts, take these flags for those that stand."""
        before, self._held_flags = self._held_flags, held
        try:
            yield
        finally:
            self._held_flags = before

    def flag_mask(self, rows: NDArray[np.intp]) -> BoolArray:
        """Which labels of some rows are flagged, (n, J)."""
        return flags.mask_flagged(self.flags(), self.keys, self.joint_set, rows)

    # Findings

    def findings(self) -> list[Finding]:
        """The findings of the last audit, in rank order."""
        return finding_table.read_findings(self.database.connection)

    def write_findings(self, findings: list[Finding], details: dict[str, Any] | None = None) -> None:
        """Replace the findings by those of a new audit, in rank order; reviews and flags stay.

        Args:
            findings: in rank order.
            details: what the audit was made from, besides what :meth:`provenance` tells.
        """
        provenance = {**self.provenance(), **(details or {})}
        with self.database.transaction() as connection:
            finding_table.write_findings(connection, findings, provenance)

    def audit_provenance(self) -> dict[str, Any] | None:
        """What the last audit was made from; None where there was none."""
        return finding_table.read_audit_provenance(self.database.connection)

    def require_audit(self) -> dict[str, Any]:
        """:meth:`audit_provenance`; ProjectError where there was no audit."""
        audit = self.audit_provenance()
        if audit is None:
            raise ProjectError(f"{self.path}: has not been audited; audit it first")
        return audit

    def reviews(self) -> list[Review]:
        """What people decided about findings, in the order in which they did."""
        return reviews.read_reviews(self.database.connection)

    def _resolve(self, key: str) -> Path:
        """A path of ``meta``, which is relative to the folder that the project lies in, or absolute."""
        return Path(os.path.normpath(self.path.parent / self._meta[key]))
