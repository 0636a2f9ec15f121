"""SMPL-H and SMPL-X are what smplx makes of them, with fingers and face at rest."""

import contextlib
import io

import numpy as np
import pytest
import smplx
import torch
from smplx.vertex_ids import vertex_ids

from core.body.files import load_body, to_smpl_arrays
from core.body.skinning import pose_vertices
from core.errors import BodyError
from core.types import BodyParameters

FINGERS = 15


def split(column, random, parts):
    """A column of weights as several that add up to it."""
    return column[:, None] * random.dirichlet(np.ones(parts), size=len(column))


def make_arrays(model, *, face):
    """A file of SMPL-H's or SMPL-X's layout whose body is the demo's."""
    random = np.random.default_rng(0)
    arrays = {name: np.asarray(array, np.float64) for name, array in to_smpl_arrays(model).items()}
    regressor, weights = arrays["J_regressor"], arrays["weights"]
    parents = [4294967295, *model.parents[1:22].tolist()]
    columns, rows = [weights[:, :22]], [regressor[:22]]
    if face:
        columns[0] = columns[0].copy()
        head = split(weights[:, 15], random, 4)
        columns[0][:, 15] = head[:, 0]
        columns.append(head[:, 1:])
        rows.append(random.dirichlet(np.ones(model.vertex_count), size=3))
        parents += [15, 15, 15]
    for hand, wrist in ((22, 20), (23, 21)):
        first = len(parents)
        for finger in range(5):
            parents += [wrist, first + 3 * finger, first + 3 * finger + 1]
        columns.append(split(weights[:, hand], random, FINGERS))
        rows.append(regressor[hand] * random.uniform(0.9, 1.1, size=(FINGERS, 1)))
    joints = len(parents)
    arrays |= {
        "weights": np.concatenate(columns, axis=1),
        "J_regressor": np.concatenate(rows),
        "kintree_table": np.array([parents, range(joints)], np.int64),
        "posedirs": np.concatenate(
            [
                model.posedirs[..., : 9 * 21].astype(np.float64),
                random.normal(size=(model.vertex_count, 3, 9 * (joints - 22))),
            ],
            axis=-1,
        ),
        "shapedirs": np.concatenate(
            [model.shapedirs.astype(np.float64), random.normal(size=(model.vertex_count, 3, 10))], axis=-1
        ),
        "f": model.faces.astype(np.uint32),
    }
    return arrays


def make_smplx(path, *, face):
    hands = {f"hands_{what}{side}": np.eye(45) for what in ("components",) for side in "lr"}
    hands |= {f"hands_mean{side}": np.zeros(45) for side in "lr"}
    landmarks = {"lmk_faces_idx": np.zeros(51, np.int64), "lmk_bary_coords": np.full((51, 3), 1 / 3)}
    kind = smplx.SMPLX if face else smplx.SMPLH
    with np.load(path) as file:
        np.savez(path.with_stem("whole"), **file, **hands, **landmarks)
    with contextlib.redirect_stdout(io.StringIO()):
        return kind(
            model_path=str(path.with_stem("whole")),
            ext="npz",
            use_pca=False,
            flat_hand_mean=True,
            num_betas=10,
            dtype=torch.float64,
            batch_size=3,
        )


@pytest.mark.parametrize("face", [False, True], ids=["SMPL-H", "SMPL-X"])
def test_the_mesh_is_smplx_s_with_small_joints_at_rest(demo_body, tmp_path, monkeypatch, face):
    # The fixed vertices that smplx appends must be there; the demo body has as many as SMPL-H.
    monkeypatch.setitem(vertex_ids, "smplx", vertex_ids["smplh"])
    np.savez(tmp_path / "body.npz", **make_arrays(demo_body, face=face))
    body = load_body(tmp_path / "body.npz")
    assert (body.family, len(body.parents), body.topology) == (
        "SMPL-X" if face else "SMPL-H",
        24,
        demo_body.topology,
    )
    random = np.random.default_rng(1)
    pose, betas, transl = 0.4 * random.normal(size=(3, 66)), random.normal(size=(3, 10)), np.ones((3, 3))
    theirs = make_smplx(tmp_path / "body.npz", face=face)(
        global_orient=torch.tensor(pose[:, :3]),
        body_pose=torch.tensor(pose[:, 3:]),
        betas=torch.tensor(betas),
        transl=torch.tensor(transl),
    )
    hands_at_rest = np.concatenate([pose[:, 3:], np.zeros((3, 6))], axis=1)
    ours = pose_vertices(body, BodyParameters(pose[:, :3], hands_at_rest, betas, transl))
    np.testing.assert_allclose(ours, theirs.vertices.detach().numpy(), atol=2e-6)


def test_a_hand_turns_as_one(demo_body, tmp_path):
    np.savez(tmp_path / "body.npz", **make_arrays(demo_body, face=False))
    body = load_body(tmp_path / "body.npz")
    pose = np.zeros((1, 69))
    pose[0, 3 * 21] = 0.7  # SMPL's left hand
    still, turned = (
        pose_vertices(body, BodyParameters(np.zeros((1, 3)), pose * on, np.zeros((1, 10)), np.zeros((1, 3))))[
            0
        ]
        for on in (0, 1)
    )
    moved = np.linalg.norm(turned - still, axis=1) > 1e-4
    np.testing.assert_array_equal(moved, (body.weights[:, 22] > 1e-2) | moved)
    assert (body.weights[moved, 22] > 0).all()
    assert moved.sum() > 100


def test_arrays_that_are_not_for_so_many_joints_are_told(demo_body, tmp_path):
    arrays = make_arrays(demo_body, face=False)
    arrays["posedirs"] = arrays["posedirs"][..., :207]
    np.savez(tmp_path / "body.npz", **arrays)
    with pytest.raises(BodyError, match=r"posedirs has shape .* SMPL-H, of whose 52 joints .* 459"):
        load_body(tmp_path / "body.npz")


@pytest.mark.parametrize("parent", [22, 51])
def test_a_tree_that_is_none_is_told(demo_body, tmp_path, parent):
    arrays = make_arrays(demo_body, face=False)
    arrays["kintree_table"][0, 22] = parent
    np.savez(tmp_path / "body.npz", **arrays)
    with pytest.raises(BodyError, match="kintree_table is not SMPL-H's"):
        load_body(tmp_path / "body.npz")
