"""What is to be optimised: some frames' bodies, with all that the terms compare them with, as tensors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.body.layer import BodyLayer
from core.body.model import BodyModel
from core.cameras import Lens, stack_lenses
from core.device import choose_device
from core.energy.regressed import regress
from core.energy.term import NEEDS
from core.energy.terms import TERMS
from core.errors import ProjectError
from core.optimize.evidence import read_keypoints, read_labels, read_masks
from core.optimize.neighbours import find_triples
from core.optimize.posed_bodies import PosedBodies
from core.optimize.translation import solve_translations
from core.optimize.views import Views
from core.silhouette.contour import ClosedMesh, close_mesh

if TYPE_CHECKING:
    from core.project.project import Project
    from core.regressor.record import Regressor


@dataclass(frozen=True)
class SparseRegressor:
    """A joint regressor's columns that are not all zero.

    Attributes:
        support: (C,) vertices that carry weight.
        weights: (J, C).
    """

    support: Tensor
    weights: Tensor

    @classmethod
    def from_weights(cls, weights: NDArray[np.floating]) -> SparseRegressor:
        """From (J, V) weights."""
        support = np.flatnonzero(weights.any(axis=0))
        return cls(torch.from_numpy(support), torch.from_numpy(weights[:, support].astype(np.float32)))

    def __call__(self, vertices: Tensor) -> Tensor:
        """(B, V, 3) -> (B, J, 3)."""
        return regress(vertices, self.support, self.weights.to(vertices.dtype))


@dataclass(frozen=True)
class OptimizableBody:
    """A body model made ready to be posed and drawn; made once and shared by all problems."""

    layer: BodyLayer
    mesh: ClosedMesh

    @classmethod
    def from_model(cls, model: BodyModel) -> OptimizableBody:
        """Prepare a model.

        Raises:
            BodyError: its mesh is not closed.
        """
        return cls(BodyLayer(model), close_mesh(model.faces))


@dataclass(frozen=True)
class Problem:
    """B bodies and their evidence. Immutable; another start or regressor is another problem.

    Attributes:
        rows: (B,) rows of the project.
        body: the body model.
        regressor: whose joints the labels are compared with.
        initial: the estimator's bodies: the discriminators' real ones, and what ``initial_pose`` pulls to.
        start: where the optimisation begins.
        subjects: (B,) number of the subject; bodies with the same number may share one shape.
        views: which of the bodies are one body seen by several cameras; they may share it.
        triples: (T, 3) bodies that follow each other closely in one camera, at equal steps of time.
        labels: (B, J, 3) metres, camera frame.
        absolute_labels: whether the labels tell where the person stands; otherwise they are relative to the
            pelvis, and joints are compared so whatever the settings say.
        labels_valid: (B, J): there, and not flagged.
        keypoints: (B, J, 2) pixels of the whole image.
        keypoints_valid: (B, J): there, and not flagged.
        masks: (B, H, W) on the crop, between 0 and 1.
        masks_valid: (B,) whether there is a mask.
        mask_offsets: (B,) crop pixels by which each mask is too small all round, as far as is known; see
            :mod:`core.optimize.outlines`.
        placed: (B,) whether the distance from the camera is known; other bodies start at the camera and
            take part in nothing that looks at it.
        lens: leading shape (B,).
        crop: (B, 3).
        pelvis: index of the joint that pelvis-aligned terms subtract.
        unavailable: term id -> why it stays off for all of these bodies.
        complaints: what is wrong with single frames, one sentence each.
    """

    rows: NDArray[np.intp]
    body: OptimizableBody
    regressor: SparseRegressor
    initial: PosedBodies
    start: PosedBodies
    subjects: Tensor
    views: Views
    triples: Tensor
    labels: Tensor
    absolute_labels: bool
    labels_valid: Tensor
    keypoints: Tensor
    keypoints_valid: Tensor
    masks: Tensor
    masks_valid: Tensor
    mask_offsets: Tensor
    placed: Tensor
    lens: Lens
    crop: Tensor
    pelvis: int
    unavailable: dict[str, str]
    complaints: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.rows)

    def with_start(self, start: PosedBodies) -> Problem:
        """The same evidence from another start; bodies that were never placed stay so."""
        start = _move(start, self.placed.device)
        transl = torch.where(self.placed[:, None], start.transl, 0)
        return replace(self, start=replace(start, transl=transl))

    def without_labels(self, joints: Sequence[int]) -> Problem:
        """The same problem in which no label of some joints counts, neither in 3D nor in 2D."""
        counts = torch.ones(self.labels_valid.shape[1], dtype=torch.bool, device=self.labels_valid.device)
        counts[list(joints)] = False
        return replace(
            self,
            labels_valid=self.labels_valid & counts,
            keypoints_valid=self.keypoints_valid & counts,
        )

    def with_shape(self, betas: NDArray[np.floating]) -> Problem:
        """The same problem started with one shape, (10,), for all bodies."""
        shape = _to_tensor(betas).to(self.start.betas).expand_as(self.start.betas)
        return self.with_start(replace(self.start, betas=shape))

    def to(self, device: torch.device) -> Problem:
        """The same problem with all its tensors on another device."""
        return _move(self, device)


def load_problem(
    project: Project,
    rows: NDArray[np.intp],
    *,
    source: str = "initial",
    regressor: str | Regressor = "J_spin",
    body: OptimizableBody | None = None,
    device: str = "cpu",
) -> Problem:
    """Read bodies and evidence of some frames.

    An estimator's bodies are placed by their 2D labels through the regressor that will be optimised with;
    the bodies of a run stay where the run left them.

    Args:
        project: what to read from.
        rows: (B,) rows of the project.
        source: an estimator or a run.
        regressor: name of one of the project's, or the record itself.
        body: the project's body, prepared; made here if not given.
        device: where it will be optimised, see :mod:`core.device`.

    Raises:
        ProjectError: the source has no body for one of the rows.
        RegressorError: the regressor belongs to another mesh.
        DeviceError: the device is not there.
    """
    target = choose_device(device)
    rows = np.atleast_1d(np.asarray(rows))
    absent = rows[~project.bodies_present(source)[rows]]
    if len(absent):
        raise ProjectError(
            f"{source} has no body for {project.keys[absent[0]]}; {len(absent)} frames lack one"
        )
    model = project.body()
    record = project.read_regressor(regressor) if isinstance(regressor, str) else regressor
    record.check_topology(model)
    lens = stack_lenses([project.camera(row).lens for row in rows])
    keypoints, keypoints_valid = read_keypoints(project, rows)
    labels, labels_valid = read_labels(project, rows)
    body = body or OptimizableBody.from_model(model)
    bodies = PosedBodies.from_parameters(project.read_bodies(source, rows))
    if project.find_source(source) in project.estimators():
        bodies = _place(bodies, body.layer, record, keypoints, keypoints_valid, lens)
    placed = torch.isfinite(bodies.transl).all(dim=1)
    bodies = replace(bodies, transl=torch.where(placed[:, None], bodies.transl, 0))
    masks, masks_valid, complaints = read_masks(project, rows)
    subjects = np.unique([project.keys[row].subject for row in rows], return_inverse=True)[1]
    triples = find_triples(project.keys, rows)
    lacking = {
        "labels": not labels_valid.any(),
        "keypoints": not keypoints_valid.any(),
        "mask": not masks_valid.any(),
        "translation": not bool(placed.any()),
        "neighbours": not len(triples),
    }
    problem = Problem(
        rows=rows,
        body=body,
        regressor=SparseRegressor.from_weights(record.weights),
        initial=bodies,
        start=bodies,
        subjects=torch.from_numpy(subjects),
        views=_find_views(project, rows),
        triples=torch.from_numpy(triples),
        labels=_to_tensor(labels),
        absolute_labels=project.has_absolute_labels,
        labels_valid=torch.from_numpy(labels_valid),
        keypoints=_to_tensor(keypoints),
        keypoints_valid=torch.from_numpy(keypoints_valid),
        masks=_to_tensor(masks),
        masks_valid=torch.from_numpy(masks_valid),
        mask_offsets=torch.zeros(len(rows)),
        placed=placed,
        lens=Lens(*(_to_tensor(getattr(lens, name)) for name in ("f", "c", "k", "p"))),
        crop=_to_tensor(project.crops(rows)),
        pelvis=project.joint_set.pelvis,
        unavailable=explain_unavailable(lacking),
        complaints=complaints,
    )
    return problem.to(target)


def explain_unavailable(lacking: dict[str, bool]) -> dict[str, str]:
    """Terms that have to stay off, and why.

    Args:
        lacking: need -> whether it is missing for every body.

    Returns:
        Term id -> reason.
    """
    reasons = {}
    for term in TERMS.values():
        missing = [NEEDS[need] for need in term.needs if lacking[need]]
        if missing:
            reasons[term.id] = ", and ".join(missing)
    return reasons


Record = TypeVar("Record", bound="Problem | SparseRegressor | PosedBodies | Views | Lens")


def _move(record: Record, device: torch.device) -> Record:
    """The same record with its tensors, and those of the records in it, on a device."""
    moved: dict[str, Any] = {}
    for field in fields(record):
        value = getattr(record, field.name)
        if isinstance(value, Tensor):
            moved[field.name] = value.to(device)
        elif isinstance(value, (SparseRegressor, PosedBodies, Views, Lens)):
            moved[field.name] = _move(value, device)
    return replace(record, **moved)


def _to_tensor(array: NDArray[np.floating]) -> Tensor:
    return torch.from_numpy(np.array(array, dtype=np.float32))


def _find_views(project: Project, rows: NDArray[np.intp]) -> Views:
    cameras = [project.camera(row) for row in rows]
    return Views(
        torch.from_numpy(np.unique(project.keys.instants[rows], return_inverse=True)[1]),
        _to_tensor(np.stack([camera.R for camera in cameras])),
        _to_tensor(np.stack([camera.t for camera in cameras])),
    )


def _place(
    bodies: PosedBodies,
    layer: BodyLayer,
    regressor: Regressor,
    keypoints: NDArray[np.floating],
    valid: NDArray[np.bool_],
    lens: Lens,
) -> PosedBodies:
    """Solve for translation; a body that the labels cannot place keeps the one it has."""
    with torch.no_grad():
        vertices = layer(bodies.rotations, bodies.betas, torch.zeros_like(bodies.transl)).vertices
    transl = _to_tensor(solve_translations(regressor.apply(vertices.numpy()), keypoints, valid, lens))
    return replace(bodies, transl=torch.where(torch.isfinite(transl), transl, bodies.transl))
