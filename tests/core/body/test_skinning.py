from dataclasses import replace

import numpy as np
import pytest
import torch

from core.body import correctives, skinned_batch
from core.body.layer import BodyLayer
from core.body.reference import skin_reference
from core.body.skinning import pose_joints, pose_vertices
from core.body.smplx_loading import to_smplx
from core.body.tables import skinning_tables
from core.errors import BodyError
from core.rotations import matrix_to_axis_angle
from core.types import BodyParameters


def to_parameters(rotations, betas, transl):
    axis_angle = matrix_to_axis_angle(rotations).numpy()
    return BodyParameters(axis_angle[:, 0], axis_angle[:, 1:].reshape(-1, 69), betas.numpy(), transl.numpy())


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 1e-5), (torch.float64, 1e-9)])
def test_layer_agrees_with_smplx(demo_body, draw_bodies, dtype, tolerance):
    rotations, betas, transl = draw_bodies(3, dtype=dtype)
    theirs = to_smplx(demo_body, dtype=dtype)(
        betas=betas, global_orient=rotations[:, :1], body_pose=rotations[:, 1:], transl=transl, pose2rot=False
    )
    ours = BodyLayer(demo_body)(rotations, betas, transl)
    assert ours.vertices.dtype == dtype
    assert (ours.vertices - theirs.vertices).abs().max() < tolerance
    assert (ours.joints - theirs.joints[:, :24]).abs().max() < tolerance


def test_torch_free_posing_agrees_with_smplx_from_axis_angle(demo_body, draw_bodies):
    rotations, betas, transl = draw_bodies(3, dtype=torch.float32)
    parameters = to_parameters(rotations, betas, transl)
    theirs = to_smplx(demo_body)(
        betas=betas,
        global_orient=torch.from_numpy(parameters.global_orient),
        body_pose=torch.from_numpy(parameters.body_pose),
        transl=transl,
    )
    vertices, joints = pose_vertices(demo_body, parameters), pose_joints(demo_body, parameters)
    assert vertices.dtype == joints.dtype == np.float32
    assert np.abs(vertices - theirs.vertices.detach().numpy()).max() < 1e-5
    assert np.abs(joints - theirs.joints[:, :24].detach().numpy()).max() < 1e-5


def test_unknown_translation_counts_as_zero(small_body, draw_bodies):
    rotations, betas, transl = draw_bodies(2, dtype=torch.float32)
    unknown = to_parameters(rotations, betas, torch.full_like(transl, torch.nan))
    zero = to_parameters(rotations, betas, torch.zeros_like(transl))
    assert np.array_equal(pose_vertices(small_body, unknown), pose_vertices(small_body, zero))
    assert np.array_equal(pose_joints(small_body, unknown), pose_joints(small_body, zero))


@pytest.mark.parametrize("body", ["small_body", "dense_body"])
def test_any_number_of_weights_a_vertex_is_right(body, draw_bodies, request):
    model, inputs = request.getfixturevalue(body), draw_bodies(2)
    ours, plain = BodyLayer(model)(*inputs), skin_reference(model, *inputs)
    assert (ours.vertices - plain.vertices).abs().max() < 1e-12
    assert (ours.joints - plain.joints).abs().max() < 1e-12


@pytest.mark.parametrize("share", [0.0, 0.05, 1.0], ids=["joints alone", "few vertices", "all vertices"])
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 2e-5), (torch.float64, 1e-12)])
def test_derivative_agrees_with_autograd(demo_body, draw_bodies, share, dtype, tolerance):
    random = torch.Generator().manual_seed(1)
    by_vertex = torch.randn(2, demo_body.vertex_count, 3, generator=random, dtype=torch.float64)
    by_vertex *= torch.rand(2, demo_body.vertex_count, 1, generator=random) < share
    by_joint = torch.randn(2, 24, 3, generator=random, dtype=torch.float64)

    def differentiate(function, precision):
        inputs = [tensor.to(precision).requires_grad_() for tensor in draw_bodies(2)]
        output = function(*inputs)
        total = (output.vertices * by_vertex.to(precision)).sum() + (
            output.joints * by_joint.to(precision)
        ).sum()
        return torch.autograd.grad(total, inputs)

    plain = differentiate(lambda *inputs: skin_reference(demo_body, *inputs), torch.float64)
    for ours, expected in zip(differentiate(BodyLayer(demo_body), dtype), plain):
        assert (ours - expected).abs().max() <= tolerance * max(1.0, float(expected.abs().max()))


@pytest.mark.parametrize("share", [0.0, 2.0], ids=["matrix product", "vertex by vertex"])
def test_finite_differences_agree(dense_body, draw_bodies, monkeypatch, share):
    monkeypatch.setattr(skinned_batch, "SPARSE_SHARE", share)
    inputs = [tensor.requires_grad_() for tensor in draw_bodies(2)]
    weights = torch.randn(30, 3, generator=torch.Generator().manual_seed(2), dtype=torch.float64)

    def energy(*inputs):
        output = BodyLayer(dense_body)(*inputs)
        return (output.vertices * weights).square().sum((1, 2)), output.joints.square().sum((1, 2))

    assert torch.autograd.gradcheck(energy, inputs, eps=1e-6, atol=1e-6, rtol=1e-6, fast_mode=True)


def test_local_correctives_give_what_the_whole_matrix_gives(demo_body, draw_bodies, monkeypatch):
    local = BodyLayer(demo_body)
    with monkeypatch.context() as patch:
        patch.setattr(correctives, "_MOST", 0.0)
        whole = BodyLayer(replace(demo_body, name="whole"))
        inputs = [tensor.requires_grad_() for tensor in draw_bodies(2)]
        expected = whole(*inputs).vertices
    assert skinning_tables(whole.model, np.float64).correctives is None
    assert skinning_tables(local.model, np.float64).directions is None
    vertices = local(*inputs).vertices
    assert (vertices - expected).abs().max() < 1e-12
    weights = torch.randn(vertices.shape[1], 3, generator=torch.Generator().manual_seed(5)).double()
    ours, theirs = (torch.autograd.grad((v * weights).sum(), inputs) for v in (vertices, expected))
    for gradient, other in zip(ours, theirs):
        assert (gradient - other).abs().max() < 1e-9 * other.abs().max()
    parameters = to_parameters(*(tensor.detach().float() for tensor in inputs))
    difference = pose_vertices(local.model, parameters) - pose_vertices(whole.model, parameters)
    assert np.abs(difference).max() < 1e-5


def test_joints_alone_carry_gradients(small_body, draw_bodies):
    inputs = [tensor.requires_grad_() for tensor in draw_bodies(2)]
    assert torch.autograd.gradcheck(
        lambda *inputs: BodyLayer(small_body)(*inputs).joints, inputs, fast_mode=True
    )


def test_an_empty_batch_stays_empty(small_body, draw_bodies):
    inputs = [tensor[:0].requires_grad_() for tensor in draw_bodies(1)]
    output = BodyLayer(small_body)(*inputs)
    assert output.vertices.shape == (0, 30, 3)
    output.vertices.sum().backward()
    assert pose_vertices(small_body, to_parameters(*draw_bodies(1))[:0]).shape == (0, 30, 3)


def test_a_body_that_is_nan_leaves_the_others_alone(small_body, draw_bodies):
    rotations, betas, transl = draw_bodies(3)
    expected = BodyLayer(small_body)(rotations, betas, transl).vertices
    betas = betas.clone()
    betas[1, 0] = torch.nan
    vertices = BodyLayer(small_body)(rotations, betas, transl).vertices
    assert vertices[1].isnan().any()
    assert torch.equal(vertices[[0, 2]], expected[[0, 2]])


def test_what_does_not_belong_together_is_refused(small_body, draw_bodies):
    rotations, betas, transl = draw_bodies(2)
    with pytest.raises(ValueError, match=r"betas has shape \(1, 10\)"):
        BodyLayer(small_body)(rotations, betas[:1], transl)
    with pytest.raises(ValueError, match=r"transl is torch.float32"):
        BodyLayer(small_body)(rotations, betas, transl.float())
    with pytest.raises(ValueError, match="expected float32 or float64"):
        BodyLayer(small_body)(rotations.half(), betas.half(), transl.half())


def test_smplx_is_given_only_meshes_of_its_size(small_body):
    with pytest.raises(BodyError, match="30 vertices"):
        to_smplx(small_body)


def test_smplx_loading_prints_nothing(demo_body, capsys):
    to_smplx(demo_body)
    assert capsys.readouterr().out == ""
