"""The same body as a real ``smplx.SMPL`` module, for comparison and for code that wants one."""

from __future__ import annotations

import contextlib
import io

import numpy as np
import smplx
import torch
from smplx.utils import Struct

from core.body.files import to_smpl_arrays
from core.body.model import BodyModel
from core.errors import BodyError

SMPL_VERTICES = 6890


def to_smplx(model: BodyModel, *, dtype: torch.dtype = torch.float32) -> smplx.SMPL:
    """Give a body model to smplx without a detour over a pickle.

    Its first 24 joints are the kinematic tree's. The further ones that smplx appends are fixed vertices of
    SMPL's own topology and mean nothing on any other.

    Raises:
        BodyError: the mesh has not the 6890 vertices that smplx's fixed vertex choices presuppose.
    """
    if model.vertex_count != SMPL_VERTICES:
        raise BodyError(
            f"{model.name} has {model.vertex_count} vertices; smplx.SMPL takes {SMPL_VERTICES} only"
        )
    arrays = {name: np.array(array) for name, array in to_smpl_arrays(model).items()}
    with contextlib.redirect_stdout(
        io.StringIO()
    ):  # smplx prints that there are "only 10 shape coefficients"
        return smplx.SMPL(model_path="", data_struct=Struct(**arrays), num_betas=10, dtype=dtype)
