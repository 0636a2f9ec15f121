"""Ten lines that apply an exported regressor in other people's code; the tests run them.

A regressor is applied to the posed vertices, not to a model's 24 or 49 joints. Before an error is measured,
SPIN subtracts the pelvis row from both sides, and VIBE the middle of the hips.
"""

from __future__ import annotations

from pathlib import Path

from core.errors import RegressorError

_HEAD = {
    ".npy": 'import numpy as np, torch\nJ = torch.from_numpy(np.load("{file}")).float()  # [J, V], {order}\n',
    ".npz": (
        "import numpy as np, torch\n"
        'J = torch.from_numpy(np.load("{file}")["weights"]).float()  # [J, V], {order}\n'
    ),
    ".pt": 'import torch\nJ = torch.load("{file}", weights_only=True).float()  # [J, V], {order}\n',
    ".safetensors": (
        "from safetensors.torch import load_file\n"
        'J = load_file("{file}")["weights"].float()  # [J, V], {order}\n'
    ),
}

_BODIES = {
    "spin": (
        "# SPIN, eval.py: {own}\n"
        "pred_vertices = smpl_neutral(betas=pred_betas, body_pose=pred_rotmat[:, 1:],\n"
        "    global_orient=pred_rotmat[:, 0].unsqueeze(1), pose2rot=False).vertices\n"
        "joints = J.to(pred_vertices) @ pred_vertices  # [B, J, 3]\n"
    ),
    "vibe": (
        "# VIBE: {own}\n"
        'vertices = model(features)[-1]["verts"].flatten(0, 1)  # [B * T, V, 3]\n'
        "joints = J.to(vertices) @ vertices  # [B * T, J, 3]\n"
    ),
    "smplx": (
        "# smplx\n"
        "vertices = body(global_orient=global_orient, body_pose=body_pose, betas=betas).vertices\n"
        "joints = J.to(vertices) @ vertices  # [B, J, 3]\n"
    ),
}
#: What their own code makes of the file: both pick LSP's 14 by left-first numbers (``H36M_TO_J14``).
_OWN = {
    ("spin", "left-first"): "this file can stand in for config.JOINT_REGRESSOR_H36M",
    ("spin", "right-first"): "config.JOINT_REGRESSOR_H36M takes left-first files alone, so not this one",
    ("vibe", "left-first"): "model(features, J_regressor=J) gives the same 14, not yet relative, as kp_3d",
    ("vibe", "right-first"): "its own J_regressor argument takes left-first rows alone, so not these",
}

_FROM_PELVIS = (
    "joints = joints - joints[:, [0]]  # both sides relative to the pelvis row, as SPIN evaluates\n"
    "order = {lsp}  # LSP's 14\n"
    "joints_14 = joints[:, order]\n"
)
#: VIBE's ``lib/core/evaluate.py`` subtracts the middle of its joints 2 and 3.
_FROM_HIPS = (
    "order = {lsp}  # LSP's 14\n"
    "joints_14 = joints[:, order]\n"
    "joints_14 = joints_14 - joints_14[:, 2:4].mean(1, keepdim=True)  # both sides from the mid-hips\n"
)
_LSP = {
    "left-first": [6, 5, 4, 1, 2, 3, 16, 15, 14, 11, 12, 13, 8, 10],
    "right-first": [3, 2, 1, 4, 5, 6, 16, 15, 14, 11, 12, 13, 8, 10],
}


def write_snippet(file: Path | str, code: str, order: str) -> str:
    """Lines of Python that apply a regressor file to the bodies of somebody's code.

    Args:
        file: exported; its suffix tells how it is read.
        code: ``spin``, ``vibe`` or ``smplx``.
        order: ``left-first`` or ``right-first``, as it was written.

    Raises:
        RegressorError: one of them is unknown.
    """
    suffix = Path(file).suffix
    if suffix not in _HEAD or code not in _BODIES or order not in _LSP:
        raise RegressorError(f"{file}: no snippet for {code} and {order}; expected {', '.join(_BODIES)}")
    head = _HEAD[suffix].format(file=file, order=order)
    tail = (_FROM_HIPS if code == "vibe" else _FROM_PELVIS).format(lsp=_LSP[order])
    return head + _BODIES[code].format(own=_OWN.get((code, order), "")) + tail
