"""Score bodies against the true ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.body.skinning import pose_vertices
from core.cameras import CROP_SIDE, project, to_camera, to_crop
from core.errors import DatasetError
from core.evaluate.bootstrap import Interval, draw_blocks, make_interval
from core.evaluate.metrics import measure_joint_errors
from core.progress import ProgressCallback
from core.project.project import Project
from core.silhouette.contour import close_mesh
from core.silhouette.coverage import cover
from core.studio.body_parts import find_parts
from core.studio.motion_score import measure_acceleration_errors
from core.studio.people import Bodies, find_rest_pelvises, pose_bodies
from core.studio.pose_score import TruePoses, measure_turns
from core.studio.truth import Truth
from core.types import FloatArray
from core.units import MILLIMETRES

Rows = NDArray[np.intp]

_ROWS_AT_ONCE = 64
#: What is measured of each body.
MEASURES = (
    "pve_mm",
    "pve_abs_mm",
    "mpjpe_true_mm",
    "iou",
    "rotation_deg",
    "implausible_share",
    "acceleration_mm",
)


@dataclass(frozen=True)
class BodyScorer:
    """A project beside its studio's truth.

    Attributes:
        opened: the project.
        truth: of its studio.
        bodies: the true body models.
        poses: of the true bodies.
        matches: for each row of the project the row of the truth.
    """

    opened: Project
    truth: Truth
    bodies: Bodies
    poses: TruePoses
    matches: Rows

    @classmethod
    def from_project(cls, opened: Project, truth: Truth, bodies: Bodies) -> BodyScorer:
        """Find every frame's truth.

        Raises:
            DatasetError: there is none for some frame.
        """
        rows = {key: row for row, key in enumerate(truth.instants)}
        missing = next((key for key in opened.keys if key.instant not in rows), None)
        if missing is not None:
            raise DatasetError(f"the truth has no frame {missing.instant}; it belongs to another studio")
        poses = TruePoses(truth.parameters.body_pose, [key.sequence for key in truth.instants])
        return cls(opened, truth, bodies, poses, np.array([rows[key.instant] for key in opened.keys]))

    def score(self, source: str, progress: ProgressCallback | None = None) -> dict[str, Any] | None:
        """How near an estimator's or a run's bodies are to the true ones; None if it has none.

        Args:
            source: estimator or run.
            progress: called with (done, total, message).

        Returns:
            Mean of each of :data:`MEASURES` over the bodies, None where it is not known of any; how many
            ``bodies``; ``intervals``, measure -> [low, high] were other people of the same kind recorded, or
            None; and ``parts_mm``, part of the body -> what ``pve_mm`` is of its vertices alone.
        """
        rows = np.flatnonzero(self.opened.bodies_present(source))
        if not len(rows):
            return None
        measured: list[dict[str, FloatArray]] = []
        for part in split_rows(rows):
            measured.append(self._measure(source, part))
            if progress is not None:
                progress(int(np.searchsorted(rows, part[-1])) + 1, len(rows), f"scoring {source}")
        found = {name: np.concatenate([part[name] for part in measured]) for name in measured[0]}
        keys = self.opened.keys
        found["acceleration_mm"] = measure_acceleration_errors(found.pop("joints"), keys, rows)
        parts_mm = found.pop("parts").mean(axis=0).tolist()
        subjects = [keys[int(row)].subject for row in rows]
        means = {name: resample_people(found[name], subjects) for name in MEASURES}
        return {
            **{name: mean.value if np.isfinite(mean.value) else None for name, mean in means.items()},
            "bodies": len(rows),
            "intervals": {name: list_bounds(mean) for name, mean in means.items()},
            "parts_mm": dict(zip(find_parts(self.opened.body()), parts_mm, strict=True)),
        }

    def _measure(self, source: str, rows: Rows) -> dict[str, FloatArray]:
        """What is measured of each body by itself, (n,), NaN where it is not known.

        And ``joints``, (n, J, 3), by how far the true regressor's joints are off, relative to its pelvis;
        and ``parts``, (n, parts), ``pve_mm`` of each part of the body.
        """
        opened, truth = self.opened, self.truth
        cameras = [opened.camera(row) for row in rows]
        R, t = np.stack([camera.R for camera in cameras]), np.stack([camera.t for camera in cameras])
        true_parameters, parameters = truth.parameters[self.matches[rows]], opened.read_bodies(source, rows)
        vertices = pose_vertices(opened.body(), parameters).astype(np.float64)
        subjects = [truth.instants[match].subject for match in self.matches[rows]]
        true_vertices = to_camera(
            pose_bodies(self.bodies, subjects, true_parameters).astype(np.float64), R, t
        )
        pelvis = opened.body().rest_pelvis(parameters.betas) + np.nan_to_num(parameters.transl)
        true_rest = find_rest_pelvises(self.bodies, subjects, true_parameters.betas)
        true_pelvis = to_camera((true_rest + true_parameters.transl)[:, None], R, t)
        relative = (vertices - pelvis[:, None]) - (true_vertices - true_pelvis)
        apart = MILLIMETRES * np.linalg.norm(relative, axis=-1)  # [n, V]
        placed = np.isfinite(parameters.transl).all(axis=-1)
        absolute = MILLIMETRES * np.linalg.norm(vertices - true_vertices, axis=-1).mean(axis=-1)
        mesh, crops, parts = close_mesh(opened.body().faces), opened.crops(rows), find_parts(opened.body())
        overlap = np.full(len(rows), np.nan)
        for number in np.flatnonzero(placed):
            shapes = np.stack([vertices[number], true_vertices[number]])
            pixels = to_crop(project(shapes, cameras[number].lens), crops[number])
            mine, true = cover(pixels.astype(np.float32), mesh, CROP_SIDE, CROP_SIDE) > 0.5
            overlap[number] = (mine & true).sum() / max(1, (mine | true).sum())
        joints = truth.regressor @ vertices
        true_joints = to_camera(truth.joints[self.matches[rows]], R, t)
        off = joints - true_joints
        return {
            "pve_mm": apart.mean(axis=-1),
            "pve_abs_mm": np.where(placed, absolute, np.nan),
            "mpjpe_true_mm": measure_joint_errors(joints, true_joints).mean(axis=1),
            "iou": overlap,
            "rotation_deg": measure_turns(parameters.body_pose, true_parameters.body_pose),
            "implausible_share": self.poses.measure_implausible(parameters.body_pose),
            "joints": off - off[:, :1],
            "parts": np.stack([apart[:, part].mean(axis=1) for part in parts.values()], axis=1),
        }


def resample_people(values: FloatArray, subjects: list[str]) -> Interval:
    """Mean over bodies, and its interval where whole subjects are drawn with replacement.

    Args:
        values: (n,); NaN where unknown.
        subjects: of each of the n.
    """
    return resample(values, subjects, dict.fromkeys(subjects, ""))


def resample(values: FloatArray, blocks: list[str], strata: dict[str, str]) -> Interval:
    """Mean, and its interval where whole blocks are drawn with replacement within their stratum.

    Args:
        values: (n,); NaN where unknown.
        blocks: of each of the n.
        strata: block -> stratum, for every block.
    """
    known = np.isfinite(values)
    if not known.any():
        return Interval(float("nan"), float("nan"), float("nan"))
    names = list(strata)
    of_row = np.array([names.index(block) for block in blocks])
    sums = np.bincount(of_row[known], values[known], len(names))
    counts = np.bincount(of_row[known], minlength=len(names))
    weights = draw_blocks([strata[name] for name in names])
    drawn = weights @ counts
    return make_interval(float(values[known].mean()), (weights @ sums)[drawn > 0] / drawn[drawn > 0])


def list_bounds(interval: Interval) -> list[float] | None:
    """Lower and upper end, or None where there is no interval."""
    return [interval.low, interval.high] if interval.known else None


def split_rows(rows: Rows) -> Iterator[Rows]:
    """Rows in parts that fit into memory."""
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        yield rows[start : start + _ROWS_AT_ONCE]
