"""The lines that come with an exported regressor run, in code like SPIN's, VIBE's and smplx's."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from core.body.model import BodyModel
from core.body.smplx_loading import to_smplx
from core.errors import RegressorError
from core.joints import H36M_17
from core.regressor.files import read_regressor, write_regressor
from core.regressor.record import Regressor
from core.regressor.snippets import write_snippet


@pytest.mark.parametrize(
    ("suffix", "order"),
    [
        *((suffix, order) for suffix in (".npy", ".npz", ".pt") for order in ("right-first", "left-first")),
        (".safetensors", "right-first"),
    ],
)
@pytest.mark.parametrize("code", ["spin", "vibe", "smplx"])
def test_a_snippet_gives_the_joints_that_are_ours(
    body: BodyModel, weights: np.ndarray, tmp_path: Path, order: str, suffix: str, code: str
) -> None:
    regressor, path = Regressor("J_opt", weights, body.topology), tmp_path / f"J{suffix}"
    write_regressor(regressor, path, order=order)  # type: ignore[arg-type]
    assert read_regressor(path, "J", body).provenance["order_in_file"] == order
    model = to_smplx(body)
    vertices = torch.from_numpy(body.v_template)[None]
    rotations = torch.eye(3).expand(1, 24, 3, 3)
    names = {
        "smpl_neutral": model,
        "body": model,
        "pred_betas": torch.zeros(1, 10),
        "pred_rotmat": rotations,
        "betas": torch.zeros(1, 10),
        "global_orient": torch.zeros(1, 3),
        "body_pose": torch.zeros(1, 69),
        "features": None,
        "model": lambda features: [{"verts": vertices[None]}],
    }
    if code == "spin":
        names["smpl_neutral"] = lambda **_: SimpleNamespace(vertices=vertices)
    snippet = write_snippet(path, code, order)
    assert len(snippet.splitlines()) <= 10
    exec(compile(snippet, "snippet", "exec"), names)
    joints = regressor.apply(vertices.numpy())
    expected = (joints - joints[:, :1])[:, list(H36M_17.subsets["lsp-14"])]
    if code == "vibe":  # whose evaluation subtracts the middle of the hips
        expected = expected - expected[:, 2:4].mean(axis=1, keepdims=True)
    np.testing.assert_allclose(names["joints_14"].detach().numpy(), expected, atol=1e-4)


def test_only_a_left_first_file_is_said_to_fit_into_code_that_picks_joints_itself() -> None:
    for code, own in (("spin", "config.JOINT_REGRESSOR_H36M"), ("vibe", "J_regressor")):
        left, right = (write_snippet("J.npy", code, order) for order in ("left-first", "right-first"))
        assert own in left
        assert "alone" not in left
        assert f"{own} " in right
        assert "left-first" in right.split(own)[1]


def test_what_has_no_left_first_form_is_told(body: BodyModel, weights: np.ndarray, tmp_path: Path) -> None:
    regressor = Regressor("J_opt", weights, body.topology)
    write_regressor(regressor, tmp_path / "J.safetensors")
    assert 'load_file("' in write_snippet(tmp_path / "J.safetensors", "smplx", "right-first")
    with pytest.raises(RegressorError, match=r"left-first is for Human3\.6M's joints"):
        write_regressor(regressor, tmp_path / "J.safetensors", order="left-first")
    with pytest.raises(RegressorError, match="no snippet for metro"):
        write_snippet(tmp_path / "J.npy", "metro", "right-first")
