"""The scene: who does what where in the studio, seen by which cameras; all of it from the seed.

Masks, labels and estimates are made from it, and the pictures re-create it long after, so nothing of it
needs to be kept beside the data set.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.body.files import load_body
from core.body.model import BodyModel
from core.cameras import Camera
from core.resources import resource_path
from core.studio.actions import BENT_ACTIONS, UPRIGHT_ACTIONS, move
from core.studio.cameras import draw_cameras
from core.studio.footing import plant_feet
from core.studio.hard_modes import BODY
from core.studio.people import Bodies, displace_bodies, draw_body_displacements, pose_bodies
from core.studio.sizes import Size
from core.studio.streams import open_stream
from core.studio.subjects import SUBJECTS, TEST_SUBJECTS, draw_shapes
from core.types import BodyParameters, BoolArray, FloatArray, InstantKey, IntArray

_POSED_AT_ONCE = 64


@dataclass(frozen=True)
class Scene:
    """Every instant of a studio, with true bodies in the world.

    Attributes:
        seed: that it was drawn from.
        hard: hard modes that are on.
        body: the model that data set and projects know.
        displacements: of the rest vertices (V, 3) by subject; empty but in hard mode ``body``.
        bodies: of which the people are made, by subject.
        shapes: betas (10,) by subject.
        cameras: by subject and serial number.
        instants: keys, sequence by sequence; row = index everywhere.
        parameters: true bodies, N rows, world frame, feet on the floor z = 0.
        seated: (N,) whether the person sits on the stool.
    """

    seed: int
    hard: tuple[str, ...]
    body: BodyModel
    displacements: dict[str, FloatArray]
    bodies: Bodies
    shapes: dict[str, FloatArray]
    cameras: dict[tuple[str, str], Camera]
    instants: list[InstantKey]
    parameters: BodyParameters
    seated: BoolArray

    def __len__(self) -> int:
        return len(self.instants)

    @property
    def subjects(self) -> list[str]:
        """Whose body each row is."""
        return [key.subject for key in self.instants]

    def rows_of(self, subjects: tuple[str, ...]) -> IntArray:
        """(n,) rows of these subjects, ascending."""
        return np.array([row for row, key in enumerate(self.instants) if key.subject in subjects])

    def pose(self, rows: IntArray) -> FloatArray:
        """True vertices (n, V, 3) in the world, metres."""
        return pose_bodies(self.bodies, [self.instants[row].subject for row in rows], self.parameters[rows])

    def chunks(self) -> list[IntArray]:
        """All rows, in pieces whose meshes fit in memory together."""
        return [np.arange(a, min(a + _POSED_AT_ONCE, len(self))) for a in range(0, len(self), _POSED_AT_ONCE)]


def draw_scene(seed: int, size: Size, hard: tuple[str, ...] = ()) -> Scene:
    """Draw people, cameras, actions and motion; ``hard`` names hard modes."""
    body = load_body(resource_path("demo_body.npz"))
    displacements = draw_body_displacements(seed, body) if BODY in hard else {}
    bodies = displace_bodies(body, displacements)
    shapes = draw_shapes(seed)
    instants: list[InstantKey] = []
    poses, places, seats, planted = [], [], [], []
    for subject in SUBJECTS:
        for sequence in draw_sequences(seed, subject, size.sequences):
            stream = open_stream(seed, "motion", subject, sequence)
            frames = draw_frames(subject, size, stream)
            motion = move(sequence.split("-")[0], frames, stream)
            instants += [InstantKey(subject, sequence, int(frame)) for frame in frames]
            poses.append(motion.pose)
            places.append(motion.place)
            seats.append(np.full(len(frames), motion.seated))
            planted.append(np.full(len(frames), motion.planted))
    pose = np.concatenate(poses)
    betas = np.stack([shapes[key.subject] for key in instants])
    transl = np.concatenate([np.concatenate(places), np.zeros((len(pose), 1))], axis=1)
    subjects = [key.subject for key in instants]
    parameters = BodyParameters(pose[:, 0], pose[:, 1:].reshape(len(pose), -1), betas, transl)
    parameters = plant_feet(bodies, subjects, parameters, np.concatenate(planted))
    parameters = stand_on_floor(bodies, subjects, parameters)
    cameras, seated = draw_cameras(seed), np.concatenate(seats)
    return Scene(seed, hard, body, displacements, bodies, shapes, cameras, instants, parameters, seated)


def draw_sequences(seed: int, subject: str, count: int) -> list[str]:
    """Names such as ``Walking-1``: upright actions and bent ones in turn, all of them different."""
    stream = open_stream(seed, "sequences", subject)
    upright, bent = stream.permutation(UPRIGHT_ACTIONS), stream.permutation(BENT_ACTIONS)
    kinds = (bent, upright) if stream.random() < 0.5 else (upright, bent)
    return [f"{kinds[k % 2][k // 2]}-{stream.integers(1, 3)}" for k in range(count)]


def draw_frames(subject: str, size: Size, stream: np.random.Generator) -> IntArray:
    """Frame numbers of a sequence, one after the other or as h36m-fetch thins a recording.

    Thinned, test subjects keep every 64th frame; training subjects keep a frame once some joint has moved
    40 mm, which leaves irregular gaps.
    """
    if size.consecutive:
        return np.arange(1, size.instants + 1)
    if subject in TEST_SUBJECTS:
        return 1 + 64 * np.arange(size.instants)
    gaps = stream.integers(8, 33, size=size.instants)
    return np.cumsum(gaps) - gaps[0] + 1


def stand_on_floor(bodies: Bodies, subjects: list[str], parameters: BodyParameters) -> BodyParameters:
    """The same bodies, world frame, moved so that their lowest vertex is at z = 0."""
    lowest = np.empty(len(parameters))
    for start in range(0, len(parameters), _POSED_AT_ONCE):
        part = slice(start, start + _POSED_AT_ONCE)
        lowest[part] = pose_bodies(bodies, subjects[part], parameters[part])[..., 2].min(axis=1)
    transl = parameters.transl - np.stack([0 * lowest, 0 * lowest, lowest], axis=-1)
    return BodyParameters(parameters.global_orient, parameters.body_pose, parameters.betas, transl)
