"""People of many shapes, each brought from MakeHuman's A-pose into SMPL's T-pose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.types import FloatArray
from resources.build_demo_body.human36m import arrange_joints, locate_head_points
from resources.build_demo_body.phenotype import BlendShapes, Phenotype
from resources.build_demo_body.rig import Rig
from resources.build_demo_body.rig_pose import spread_rotations, turn_to_t_pose
from resources.build_demo_body.rig_skinning import skin_with_rig
from resources.build_demo_body.skeleton import HEAD, PELVIS, locate_joints, place_joints
from resources.build_demo_body.source import BaseMesh, VertexGroups
from resources.build_demo_body.surface import ClosedSurface


@dataclass(frozen=True)
class Person:
    """One body, metres.

    Attributes:
        a_pose: surface as MakeHuman makes it, (V, 3).
        a_joints: SMPL's joints there, (24, 3).
        to_t_pose: global rotations from A-pose to T-pose, (24, 3, 3).
        t_pose: surface in T-pose, (V, 3) float32.
        joints: SMPL's joints in T-pose, (24, 3).
        points: Human3.6M's 17 joints in T-pose, right first, (17, 3).
    """

    a_pose: FloatArray
    a_joints: FloatArray
    to_t_pose: FloatArray
    t_pose: FloatArray
    joints: FloatArray
    points: FloatArray


@dataclass(frozen=True)
class Population:
    """Everybody in T-pose with the pelvis in one place; the first is the template person.

    Attributes:
        template: the first person.
        t_poses: surfaces, (N, V, 3).
        joints: (N, 24, 3).
        points: (N, 17, 3).
    """

    template: Person
    t_poses: FloatArray
    joints: FloatArray
    points: FloatArray


@dataclass(frozen=True)
class Workshop:
    """All that turns a phenotype into a person: base mesh, blend shapes, surface, rig, vertex groups."""

    base: BaseMesh
    blend_shapes: BlendShapes
    surface: ClosedSurface
    rig: Rig
    groups: VertexGroups

    def make_person(self, phenotype: Phenotype) -> Person:
        """Shape one person and bring them into T-pose."""
        base_vertices = self.blend_shapes.shape(self.base.vertices, phenotype)
        surface = self.surface.place(base_vertices)
        joints = locate_joints(base_vertices, self.groups)
        rotations = turn_to_t_pose(joints)
        t_joints = place_joints(rotations, joints)
        t_pose = skin_with_rig(
            self.rig,
            surface,
            rotations=spread_rotations(self.rig, rotations, joints),
            pivots=joints[self.rig.joints],
            placed=t_joints[self.rig.joints],
        )
        head_points = locate_head_points(base_vertices, self.groups, joints, crown=surface[:, 1].max())
        nose, head_top = head_points + (t_joints[HEAD] - joints[HEAD])  # the head does not turn
        return Person(
            a_pose=surface,
            a_joints=joints,
            to_t_pose=rotations,
            # Single precision hides the last bits, in which linear-algebra libraries differ: decimation
            # compares distances that are equal but for them, and would give another topology.
            t_pose=t_pose.astype(np.float32),
            joints=t_joints,
            points=arrange_joints(t_joints, nose, head_top),
        )

    def make_population(
        self, phenotypes: list[Phenotype], *, progress: Callable[[int, int, str], None] | None = None
    ) -> Population:
        """Make everybody; the first phenotype is the template's."""
        people: list[Person] = []
        for done, phenotype in enumerate(phenotypes):
            if progress is not None:
                progress(done, len(phenotypes), "shaping people")
            people.append(self.make_person(phenotype))
        shifts = np.stack([person.joints[PELVIS] - people[0].joints[PELVIS] for person in people])[:, None]
        return Population(
            template=people[0],
            t_poses=np.stack([person.t_pose for person in people]) - shifts,
            joints=np.stack([person.joints for person in people]) - shifts,
            points=np.stack([person.points for person in people]) - shifts,
        )
