"""The whole derivation, from the wheel to the arrays of the two shipped files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from core.errors import BodyError
from core.joints import check_sides
from core.types import FloatArray
from resources.build_demo_body.decimation import SMPL_FACES, SMPL_VERTICES, decimate
from resources.build_demo_body.human36m import fit_studio_regressor
from resources.build_demo_body.materials import dress
from resources.build_demo_body.phenotype import TEMPLATE, draw_phenotypes, read_blend_shapes
from resources.build_demo_body.population import Population, Workshop
from resources.build_demo_body.pose_correctives import RiggedTemplate, fit_pose_directions
from resources.build_demo_body.rig import Rig, read_rig
from resources.build_demo_body.shape_space import fit_shape_space
from resources.build_demo_body.skeleton import HEAD, JOINT_COUNT, PARENTS
from resources.build_demo_body.smpl_form import SmplForm, prune_weights
from resources.build_demo_body.source import AnnyWheel, IntArray
from resources.build_demo_body.sparse_regressor import choose_ring, fit_row
from resources.build_demo_body.surface import close_surface

Progress = Callable[[int, int, str], None]

PEOPLE = 240
_SEED = 0
_JOINT_DIRECTIONS = 400
_TEMPLATE_WEIGHT = 30.0  # of the template's joints against those of one person
_ROOT_PARENT = 2**32 - 1  # what SMPL's own files hold for -1


@dataclass(frozen=True)
class DemoBody:
    """What is shipped.

    Attributes:
        form: the body's arrays.
        faces: (13776, 3).
        material: (6890,).
        studio_regressor: Human3.6M's 17 joints, right first, (17, 6890).
    """

    form: SmplForm
    faces: IntArray
    material: NDArray[np.uint8]
    studio_regressor: FloatArray

    def arrays(self) -> dict[str, Any]:
        """The body under the keys of an SMPL ``.npz``, with ``material`` besides."""
        return {
            "v_template": self.form.template.astype(np.float32),
            "shapedirs": self.form.shape_directions.astype(np.float32),
            "posedirs": self.form.pose_directions.astype(np.float32),
            "J_regressor": self.form.joint_regressor.astype(np.float32),
            "weights": self.form.weights.astype(np.float32),
            "kintree_table": np.stack(
                [np.where(PARENTS < 0, _ROOT_PARENT, PARENTS), np.arange(JOINT_COUNT)]
            ).astype(np.int64),
            "f": self.faces.astype(np.uint32),
            "material": self.material,
        }

    def save(self, folder: Path) -> None:
        """Write ``demo_body.npz`` and ``studio_regressor.npz``."""
        folder.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(folder / "demo_body.npz", **self.arrays())
        np.savez_compressed(folder / "studio_regressor.npz", weights=self.studio_regressor.astype(np.float32))


def build_demo_body(wheel: AnnyWheel, *, progress: Progress) -> DemoBody:
    """Derive the body; the same wheel gives the same body.

    Raises:
        BodyError: a step did not give what SMPL's format asks for.
    """
    rng = np.random.default_rng(_SEED)
    workshop = _open_workshop(wheel)
    population = workshop.make_population([TEMPLATE, *draw_phenotypes(rng, PEOPLE)], progress=progress)

    progress(0, 4, "decimating")
    faces, carry = decimate(population.template.t_pose.astype(float), workshop.surface.faces, SMPL_FACES)
    surfaces = np.stack([carry @ surface for surface in population.t_poses])
    template, shape_directions = fit_shape_space(surfaces[1:])
    weights = prune_weights(carry @ workshop.rig.joint_weights())

    progress(1, 4, "fitting the joint regressor")
    joint_regressor = _fit_joint_regressor(surfaces, population.joints, template)

    progress(2, 4, "fitting pose correctives")
    person = _rig_template(workshop.rig, population, carry)
    form = SmplForm(
        template=template,
        shape_directions=shape_directions,
        pose_directions=fit_pose_directions(person, weights, rng),
        joint_regressor=joint_regressor,
        weights=weights,
    )

    progress(3, 4, "fitting the studio's regressor")
    regressor = fit_studio_regressor(
        form,
        rest_points=population.points[1:].mean(axis=0),
        mean_head=population.joints[1:, HEAD].mean(axis=0),
        rng=rng,
    )
    material = dress(template, form.joint_regressor @ template, weights)
    body = DemoBody(form=form, faces=faces, material=material, studio_regressor=regressor)
    _verify(body)
    return body


def _open_workshop(wheel: AnnyWheel) -> Workshop:
    base = wheel.read_base_mesh()
    vertex_count = len(base.vertices)
    surface = close_surface(base, wheel.read_cavities(len(base.quads)))
    return Workshop(
        base=base,
        blend_shapes=read_blend_shapes(wheel, vertex_count),
        surface=surface,
        rig=read_rig(wheel, surface, vertex_count),
        groups=wheel.read_vertex_groups(),
    )


def _rig_template(rig: Rig, population: Population, carry: scipy.sparse.csr_matrix) -> RiggedTemplate:
    person = population.template
    return RiggedTemplate(
        rig=rig,
        vertices=person.a_pose,
        joints=person.a_joints,
        to_t_pose=person.to_t_pose,
        carry=carry,
        t_pose=carry @ person.t_pose.astype(float),
    )


def _fit_joint_regressor(surfaces: FloatArray, joints: FloatArray, template: FloatArray) -> FloatArray:
    """SMPL's joint regressor, (24, V), from everybody's T-pose and joints."""
    centres = joints[1:].mean(axis=0)
    rows = [
        fit_row(
            surfaces,
            joints[:, joint],
            choose_ring(template, centre, directions=_JOINT_DIRECTIONS),
            anchor=(template, _TEMPLATE_WEIGHT),
        )
        for joint, centre in enumerate(centres)
    ]
    return np.stack(rows)


def _verify(body: DemoBody) -> None:
    """Refuse to ship a body of another size than SMPL's, or one with left and right exchanged."""
    if body.form.template.shape != (SMPL_VERTICES, 3):
        raise BodyError(f"the template has shape {body.form.template.shape}; expected ({SMPL_VERTICES}, 3)")
    if check_sides((body.studio_regressor @ body.form.template)[None]) < 1:
        raise BodyError("the studio's regressor has the left hip where the right one belongs")
