from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from core.body.frames import bodies_to_camera, bodies_to_world
from core.body.skinning import pose_vertices
from core.cameras import to_world
from core.types import BodyParameters


@pytest.fixture
def bodies():
    random = np.random.default_rng(0)
    return BodyParameters(
        random.normal(size=(4, 3)), random.normal(size=(4, 69)) * 0.3, random.normal(size=(4, 10)),
        random.normal(size=(4, 3), loc=3),
    )  # fmt: skip


@pytest.fixture(params=["one camera", "a camera each"])
def extrinsics(request):
    random = np.random.default_rng(1)
    R, t = Rotation.random(4, rng=random).as_matrix(), random.normal(size=(4, 3)) * 3
    return (R[0], t[0]) if request.param == "one camera" else (R, t)


def test_vertices_move_with_the_frame(small_body, bodies, extrinsics):
    R, t = extrinsics
    moved = bodies_to_world(bodies, small_body.rest_pelvis(bodies.betas), R, t)
    expected = to_world(pose_vertices(small_body, bodies), R, t)
    assert np.abs(pose_vertices(small_body, moved) - expected).max() < 1e-5


def test_there_and_back_is_where_it_was(small_body, bodies, extrinsics):
    pelvis = small_body.rest_pelvis(bodies.betas)
    back = bodies_to_camera(bodies_to_world(bodies, pelvis, *extrinsics), pelvis, *extrinsics)
    assert np.abs(back.transl - bodies.transl).max() < 1e-12
    turned = Rotation.from_rotvec(back.global_orient).inv() * Rotation.from_rotvec(bodies.global_orient)
    assert turned.magnitude().max() < 1e-12


def test_precision_and_unknown_translation_are_kept(small_body, bodies, extrinsics):
    unknown = replace(
        bodies,
        global_orient=bodies.global_orient.astype(np.float32),
        transl=np.full((4, 3), np.nan, np.float32),
    )
    moved = bodies_to_world(unknown, small_body.rest_pelvis(bodies.betas), *extrinsics)
    assert moved.global_orient.dtype == moved.transl.dtype == np.float32
    assert np.isnan(moved.transl).all()
    assert np.isfinite(moved.global_orient).all()
    assert len(bodies_to_world(bodies[:0], np.zeros((0, 3)), np.eye(3), np.zeros(3))) == 0
