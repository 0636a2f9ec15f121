"""Kernels compile for a real card where there is none; the interpreter allows more than that does."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import inspect, sys
import triton
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource
from core.body.cuda import kernels as skinning
from core.silhouette.cuda import kernels as silhouette, projection

INTEGERS = ("count", "edge_count", "vertex_count", "linked_count", "most", "height", "width", "bodies")
TYPES = {
    **dict.fromkeys(INTEGERS, "i32"),
    **dict.fromkeys(("parents", "joints", "members", "starts", "ends", "corners", "incident"), "*i32"),
    **dict.fromkeys(("turns", "placeable"), "*i8"),
    "areas": "*i64",
    "errors": "*fp64",
}
KERNELS = {
    silhouette.sum_areas: dict(BLOCK=32),
    silhouette.wind_columns: dict(ROWS=32, COLUMNS=32),
    silhouette.compare_columns: dict(WEIGHTED=True, ROWS=32, COLUMNS=32),
    silhouette.gather_gradient: dict(BLOCK=32),
    projection._project: dict(BLOCK=256),
    projection._project_backward: dict(BLOCK=256),
    skinning.chain_joints: dict(JOINTS=24, BLOCK=32),
    skinning.chain_joints_backward: dict(JOINTS=24, BLOCK=32),
    skinning.skin_vertices: dict(JOINTS=24, BLOCK=256),
    skinning.skin_vertices_backward: dict(JOINTS=24, BLOCK=256),
    skinning.gather_affine: dict(JOINTS=24, BLOCK=256),
}
for kernel, constants in KERNELS.items():
    names = kernel.arg_names
    types = {name: "constexpr" if name in constants else TYPES.get(name, "*fp32") for name in names}
    if kernel in (skinning.chain_joints, skinning.chain_joints_backward):
        types = {name: "*fp32" if name == "turns" else kind for name, kind in types.items()}
    values = {(names.index(name),): value for name, value in constants.items()}
    source = ASTSource(fn=kernel, signature=types, constexprs=values)
    compiled = triton.compile(source, target=GPUTarget("cuda", int(sys.argv[1]), 32))
    assert compiled.asm["cubin"], kernel
"""


@pytest.mark.parametrize("capability", [90])
def test_kernels_compile(capability, tmp_path):
    pytest.importorskip("triton", reason="Triton is not installed: pip install -c constraints.txt triton")
    program = tmp_path / "compile_kernels.py"
    program.write_text(PROGRAM, encoding="utf-8")
    environment = {**os.environ, "TRITON_INTERPRET": "0", "PYTHONPATH": str(Path(__file__).parents[3])}
    result = subprocess.run(
        [sys.executable, program, str(capability)],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr[-2000:]
