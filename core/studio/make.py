"""Make a studio: ``DIR/dataset`` in the field's formats, and ``DIR/truth`` beside it.

Pictures are not made here: :mod:`core.studio.pictures` renders each when it is first wanted.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from core.body.files import save_body
from core.data.cameras_json import write_cameras
from core.errors import DatasetError, SettingsError
from core.joints import LEFT_FIRST_TO_RIGHT_FIRST
from core.parallel import map_chunks
from core.progress import ProgressCallback
from core.silhouette.contour import close_mesh
from core.studio.annotations import write_annotations
from core.studio.clothes import draw_looseness
from core.studio.defects import Defect, plant_defects
from core.studio.estimates import make_estimates
from core.studio.estimators import ESTIMATORS, SPIN
from core.studio.hard_modes import WEAK_JSTD, check_hard_modes
from core.studio.labels import measure_labels, regress_joints
from core.studio.mask_failures import find_extremities, spoil
from core.studio.masks import segment, write_mask
from core.studio.paths import ESTIMATES, STANDARD_REGRESSOR, mask_path
from core.studio.record import StudioRecord, write_record
from core.studio.scene import Scene, draw_scene
from core.studio.silhouettes import draw_silhouette
from core.studio.sizes import get_size
from core.studio.spin_file import write_spin_npz
from core.studio.standard_regressor import draw_standard_regressor
from core.studio.streams import open_stream
from core.studio.track_files import write_tracks
from core.studio.true_regressor import draw_true_regressor
from core.studio.truth import write_truth
from core.studio.views import Views, list_views
from core.types import FloatArray, IntArray


def make_studio(
    directory: Path | str,
    *,
    seed: int = 0,
    size: str = "default",
    clean_labels: bool = False,
    images: bool = True,
    hard: Collection[str] = (),
    mask_noise: float = 1.0,
    offset_mm: float | None = None,
    progress: ProgressCallback | None = None,
) -> None:
    """Write a synthetic studio into ``directory``, the same to the bit for the same arguments.

    Args:
        directory: made if need be; must hold neither ``dataset`` nor ``truth``.
        seed: decides everything, zero or more.
        size: one of :data:`core.studio.sizes.SIZES`.
        clean_labels: plant no defects; all else stays the same.
        images: whether pictures may be rendered later; in size ``audit`` they never are.
        hard: names of :data:`core.studio.hard_modes.HARD_MODES`.
        mask_noise: factor on how far the masks' borders are off, to see what that costs.
        offset_mm: length of the planted subject offsets, to see how small ones are found; at random without.
        progress: called with (done, total, message).

    Raises:
        DatasetError: there is a studio already, or the folder cannot be written.
        SettingsError: there is no such size or hard mode, or seed, mask noise or offset is negative.
    """
    if seed < 0:
        raise SettingsError(f"seed is {seed}; expected zero or more")
    if not 0 <= mask_noise < float("inf"):
        raise SettingsError(f"the mask noise is {mask_noise}; expected a finite factor, 0 or more")
    if offset_mm is not None and not 0 < offset_mm < float("inf"):
        raise SettingsError(f"the offset is {offset_mm} mm; expected a length above 0")
    extent = get_size(size)
    modes = check_hard_modes(hard)
    record = StudioRecord(
        *(seed, size, clean_labels, images and extent.pictures, modes, mask_noise, offset_mm)
    )
    with _folders(Path(directory)) as (dataset, truth):
        scene = draw_scene(seed, extent, record.hard)
        views = list_views(scene)
        true_regressor = draw_true_regressor(seed, scene.body)
        standard = draw_standard_regressor(seed, scene.body, true_regressor, weak=WEAK_JSTD in record.hard)
        joints = regress_joints(scene, true_regressor)
        clean = measure_labels(scene, joints)
        labels, defects = clean, list[Defect]()
        if not clean_labels:
            offset = None if offset_mm is None else offset_mm / 1000
            labels, defects = plant_defects(scene, clean, every_kind=extent.every_defect, offset=offset)

        _write_labels(dataset, views, labels)
        write_cameras(dataset / "cameras.json", scene.cameras)
        np.save(dataset / STANDARD_REGRESSOR, standard[list(LEFT_FIRST_TO_RIGHT_FIRST)])
        seen = views.see(labels)
        (dataset / "estimates").mkdir()
        for number, estimator in enumerate(ESTIMATORS):
            estimates = make_estimates(scene, views, clean, standard, estimator)
            path = dataset / ESTIMATES[estimator.name]
            if estimator is SPIN:
                write_spin_npz(path, views, estimates, seen, views.project(seen))
            else:
                write_tracks(path, views, estimates, body=scene.body, standard=standard, seen=seen, seed=seed)
            if progress is not None:
                progress(number + 1, len(ESTIMATORS), "making up what estimators would give")
        (dataset / "body").mkdir()
        for suffix in ("npz", "pkl"):
            save_body(scene.body, dataset / "body" / f"SMPL_NEUTRAL.{suffix}")
        _write_masks(dataset, scene, views, mask_noise, progress)
        write_truth(truth, scene, joints, true_regressor, defects)
        write_record(dataset, record)


@contextmanager
def _folders(directory: Path) -> Iterator[tuple[Path, Path]]:
    """Give two folders to write into; they take their names once everything is in them, or go."""
    for name in ("dataset", "truth"):
        if (directory / name).exists():
            raise DatasetError(f"{directory / name} exists; choose another folder, or remove it first")
    partial = directory / "studio.partial"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(partial, ignore_errors=True)
        (partial / "dataset").mkdir(parents=True)
        (partial / "truth").mkdir()
        yield partial / "dataset", partial / "truth"
        (partial / "truth").rename(directory / "truth")
        (partial / "dataset").rename(directory / "dataset")
    except OSError as error:
        raise DatasetError(f"{directory}: the studio cannot be written ({error})") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _write_labels(dataset: Path, views: Views, labels: FloatArray) -> None:
    seen = views.see(labels)
    keypoints = views.project(seen)
    sequences: dict[str, list[int]] = {}
    for row, key in enumerate(views.keys):
        sequences.setdefault(key.sequence, []).append(row)
    for sequence, rows in sequences.items():
        (dataset / sequence).mkdir(parents=True)
        write_annotations(
            dataset / sequence / "annot.h5",
            [views.keys[row] for row in rows],
            [views.cameras[row] for row in rows],
            seen[rows],
            keypoints[rows],
        )


def _write_masks(
    dataset: Path, scene: Scene, views: Views, noise: float, progress: ProgressCallback | None
) -> None:
    mesh, looseness = close_mesh(scene.body.faces), draw_looseness(scene.seed, scene.hard)
    for key in views.keys:
        mask_path(dataset, key).parent.mkdir(parents=True, exist_ok=True)
    done = 0
    for instants in scene.chunks():
        vertices = scene.pose(instants)
        rows = np.nonzero(np.isin(views.instants, instants))[0]

        def write(
            start: int,
            stop: int,
            rows: IntArray = rows,
            vertices: FloatArray = vertices,
            first: int = instants[0],
        ) -> None:
            for row in rows[start:stop]:
                key, camera = views.keys[row], views.cameras[row]
                shape = vertices[views.instants[row] - first]
                silhouette = draw_silhouette(shape, camera, mesh)
                stream = open_stream(scene.seed, "mask", str(key))
                mask = segment(silhouette, stream, looseness=looseness[key.subject], noise=noise)
                failures = open_stream(scene.seed, "mask failures", str(key))
                mask = spoil(mask, silhouette, find_extremities(shape, scene.body, camera), failures)
                write_mask(mask_path(dataset, key), silhouette.fill(mask))

        map_chunks(write, len(rows))
        done += len(rows)
        if progress is not None:
            progress(done, len(views), "segmenting")
