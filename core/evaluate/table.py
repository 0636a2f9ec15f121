"""Table I of Hedlin, Rhodin, Yi (CRV 2022): every estimator's bodies under every regressor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.body.skinning import pose_vertices
from core.errors import ProjectError
from core.evaluate.metrics import measure_aligned_errors, measure_joint_errors
from core.evaluate.protocols import Protocol, get_protocol
from core.optimize.selection import TEST_SUBJECTS

if TYPE_CHECKING:
    from core.project.project import Project

_BLOCK = 256


@dataclass(frozen=True)
class Cell:
    """Errors of one estimator under one regressor, millimetres."""

    mpjpe_mm: float
    pa_mpjpe_mm: float


@dataclass(frozen=True)
class Table:
    """One protocol's table.

    Attributes:
        protocol: which frames and joints were counted.
        cells: estimator -> regressor -> errors.
        bodies: estimator -> number of bodies counted.
        labels_left_out: labels of the subset that are missing or flagged.
        synthetic: whether the data are a studio's.
        provenance: of the project at that moment.
    """

    protocol: Protocol
    cells: Mapping[str, Mapping[str, Cell]]
    bodies: Mapping[str, int]
    labels_left_out: int
    synthetic: bool
    provenance: Mapping[str, Any]

    @property
    def notes(self) -> tuple[str, ...]:
        """What has to be said wherever the figures are shown."""
        notes = []
        if self.synthetic:
            notes.append("Synthetic studio; the J_std column is calibrated by construction.")
        notes.append(
            "This table cannot rank regressors: one that was fitted to biased bodies absorbs their bias."
        )
        if self.labels_left_out:
            notes.append(f"{self.labels_left_out} missing or flagged labels are left out.")
        return tuple(notes)

    def to_dict(self) -> dict[str, dict[str, dict[str, float]]]:
        """Estimator -> regressor -> ``mpjpe_mm`` and ``pa_mpjpe_mm``."""
        return {
            estimator: {
                regressor: {"mpjpe_mm": cell.mpjpe_mm, "pa_mpjpe_mm": cell.pa_mpjpe_mm}
                for regressor, cell in row.items()
            }
            for estimator, row in self.cells.items()
        }


def evaluate(project: Project, protocol: str = "paper") -> Table:
    """Errors of every estimator under every regressor of a project, on the test subjects.

    Flagged labels are left out, as missing ones are.

    Args:
        project: where bodies, labels and regressors are.
        protocol: id.

    Raises:
        SettingsError: there is no such protocol.
        ProjectError: the project holds no frame of the test subjects that the protocol counts.
    """
    chosen = get_protocol(protocol)
    rows = find_rows(project, chosen)
    if not len(rows):
        raise ProjectError(
            f"{project.path}: protocol {protocol} counts no frame; it needs subjects "
            f"{' or '.join(TEST_SUBJECTS)}" + (f" and camera {chosen.cameras[0]}" if chosen.cameras else "")
        )
    subset = list(project.joint_set.subsets[chosen.subset])
    regressors = {name: project.read_regressor(name) for name in project.regressor_names()}
    cells: dict[str, dict[str, Cell]] = {}
    bodies: dict[str, int] = {}
    for estimator in project.estimators():
        present = rows[project.bodies_present(estimator)[rows]]
        sums = {name: np.zeros(4) for name in regressors}
        for start in range(0, len(present), _BLOCK):
            block = present[start : start + _BLOCK]
            labels = np.where(project.flag_mask(block)[..., None], np.nan, project.labels(block))
            vertices = pose_vertices(project.body(), project.read_bodies(estimator, block))
            for name, regressor in regressors.items():
                sums[name] += _sum_errors(regressor.apply(vertices), labels, subset, project.joint_set.pelvis)
        bodies[estimator] = len(present)
        cells[estimator] = {
            name: Cell(*(float(x) for x in total[:2] / np.maximum(total[2:], 1)))
            for name, total in sums.items()
        }
    labels_there = np.isfinite(project.labels(rows)).all(axis=-1) & ~project.flag_mask(rows)
    return Table(
        protocol=chosen,
        cells=cells,
        bodies=bodies,
        labels_left_out=int((~labels_there[:, subset]).sum()),
        synthetic=project.synthetic,
        provenance=project.provenance(),
    )


def find_rows(project: Project, protocol: Protocol) -> NDArray[np.intp]:
    """Rows of the project that the protocol counts."""
    blocks = [
        project.rows_of(subject, camera=camera)
        for subject in TEST_SUBJECTS
        for camera in protocol.cameras or (None,)
    ]
    return np.sort(np.concatenate(blocks))


def _sum_errors(
    joints: NDArray[np.floating], labels: NDArray[np.floating], subset: list[int], pelvis: int
) -> NDArray[np.floating]:
    """Sum of errors, sum of aligned errors, and how many there are of each."""
    errors = measure_joint_errors(joints, labels, pelvis=pelvis)[:, subset]
    aligned = measure_aligned_errors(joints[:, subset], labels[:, subset])
    return np.array(
        [np.nansum(errors), np.nansum(aligned), np.isfinite(errors).sum(), np.isfinite(aligned).sum()]
    )
