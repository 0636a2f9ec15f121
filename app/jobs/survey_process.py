"""The survey process: measures the errors of every frame's joints, the shown shot's first."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from app.jobs.free_memory import receive_order
from core.cameras import project as project_points
from core.types import BodyParameters, FloatArray
from core.units import MILLIMETRES

if TYPE_CHECKING:
    from core.body.model import BodyModel
    from core.project.project import Project
    from core.regressor.record import Regressor

#: The survey gives way to the window and the live run.
NICENESS = 10
#: Bodies posed at once: few enough that the process stays small and turns to a new order at once.
CHUNK = 256


@dataclass(frozen=True)
class Order:
    """What is to be measured; replaces what was wanted before.

    Attributes:
        batch: comes back with every answer.
        source: whose bodies.
        regressors: names.
        shots: numbers of those to measure, in this order.
    """

    batch: int
    source: str
    regressors: tuple[str, ...]
    shots: tuple[int, ...]


@dataclass(frozen=True)
class Hold:
    """Rest while somebody scrubs or a live run moves, or go on."""

    on: bool


@dataclass(frozen=True)
class Measured:
    """Errors of consecutive rows of one shot.

    Attributes:
        batch: of the order.
        start: first row.
        shot: its number.
        errors_mm: regressor -> (n, J) float32, both moved to their pelvis; NaN without label or body.
        errors_px: likewise, pixels of the whole image.
    """

    batch: int
    start: int
    shot: int
    errors_mm: dict[str, FloatArray]
    errors_px: dict[str, FloatArray]


def run_survey(connection: Connection, folder: Path) -> None:
    """Body of the child process; ends by EOFError when the window closes the pipe."""
    from core.project.project import Project

    os.nice(NICENESS)
    with Project.open(folder, read_only=True) as project:
        work: Iterator[Measured] | None = None
        held = False
        while True:
            while held or work is None or connection.poll():
                match receive_order(connection):
                    case Hold(on):
                        held = on
                    case order:
                        work = measure_project(project, order)
            measured = next(work, None)
            if measured is None:
                work = None
            else:
                connection.send(measured)


def measure_project(project: Project, order: Order) -> Iterator[Measured]:
    """Measure the frames of some shots, chunk by chunk."""
    regressors = [project.read_regressor(name) for name in order.regressors]
    figure = JointFigure.of(project.body(), regressors)
    shots = project.keys.shots
    for number in order.shots:
        for start in range(shots[number].start, shots[number].stop, CHUNK):
            rows = np.arange(start, min(start + CHUNK, shots[number].stop))
            errors_mm, errors_px = measure_rows(project, rows, order.source, figure)
            yield Measured(order.batch, start, number, errors_mm, errors_px)


@dataclass(frozen=True)
class JointFigure:
    """A body of the vertices alone that some regressors look at: a small part of the mesh, for most.

    Attributes:
        body: of U vertices, and its own joints.
        weights: regressor -> (J, U) float32.
    """

    body: BodyModel
    weights: dict[str, FloatArray]

    @classmethod
    def of(cls, body: BodyModel, regressors: list[Regressor]) -> JointFigure:
        """What some regressors of a body need.

        Raises:
            RegressorError: one of them is for another mesh.
        """
        from core.body.reduced_body import reduce_body

        for regressor in regressors:
            regressor.check_topology(body)
        used = np.unique(np.concatenate([regressor.support for regressor in regressors]))
        weights = {each.name: each.weights[:, used].astype(np.float32) for each in regressors}
        return cls(reduce_body(body, used), weights)

    def pose(self, parameters: BodyParameters) -> dict[str, FloatArray]:
        """Joints by each regressor, (n, J, 3) metres."""
        from core.body.skinning import pose_vertices

        vertices = pose_vertices(self.body, parameters)
        return {name: weights @ vertices[:, : weights.shape[1]] for name, weights in self.weights.items()}


def measure_rows(
    project: Project, rows: np.ndarray, source: str, figure: JointFigure
) -> tuple[dict[str, FloatArray], dict[str, FloatArray]]:
    """Errors of the joints of rows of one shot, millimetres and pixels, each regressor -> (n, J) float32."""
    labels, keypoints = project.labels(rows), project.keypoints(rows)
    present = project.bodies_present(source, rows)
    parameters = project.read_bodies(source, rows)
    standing = np.isfinite(parameters.transl).all(axis=1)
    lens, pelvis = project.camera(int(rows[0])).lens, project.joint_set.pelvis
    errors_mm, errors_px = {}, {}
    for name, joints in figure.pose(parameters).items():
        joints[~present] = np.nan
        offsets = (joints - joints[:, pelvis, None]) - (labels - labels[:, pelvis, None])
        errors_mm[name] = (MILLIMETRES * np.linalg.norm(offsets, axis=-1)).astype(np.float32)
        pixels = np.linalg.norm(project_points(joints, lens) - keypoints, axis=-1)
        pixels[~standing] = np.nan
        errors_px[name] = pixels.astype(np.float32)
    return errors_mm, errors_px
