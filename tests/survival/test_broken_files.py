"""Broken, truncated, empty and lying files are refused in words by every reader, quickly and within memory.

``JOINTLENS_FUZZ=5000`` gives each reader five thousand files.
"""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from core.body.files import load_body
from core.data.cameras_json import read_cameras
from core.data.estimate_files import describe_estimates
from core.data.images import read_image, read_mask, read_size
from core.data.joblib_pickles import load_joblib
from core.data.joblib_tracks import read_table
from core.data.spin_npz import read_spin_bodies
from core.errors import JointlensError
from core.joints import H36M_17
from core.joints_file import encode_joint_set, read_joint_set
from core.pickles import load_pickle
from core.regressor.files import read_matrix
from tests.survival.damages import ALLOWANCE, EXAMPLES, FEWER, LARGE, SECONDS, damages

#: Reader -> what it reads of the studio's data set, below its folder; the first that matches.
READERS: dict[str, tuple[Callable[[Path], Any], str]] = {
    "body-pickle": (load_body, "body/SMPL_NEUTRAL.pkl"),
    "body-npz": (load_body, "body/SMPL_NEUTRAL.npz"),
    "pickle": (load_pickle, "body/SMPL_NEUTRAL.pkl"),
    "cameras": (read_cameras, "cameras.json"),
    "regressor": (read_matrix, "J_regressor_h36m.npy"),
    "spin": (read_spin_bodies, "estimates/*.npz"),
    "described": (describe_estimates, "estimates/*.npz"),
    "joblib": (load_joblib, "estimates/**/*.pkl"),
    "table": (read_table, "estimates/**/videos.csv"),
    "mask": (lambda path: read_mask(path, *read_size(path)), "S1/*/maskSequence/*/*.jpg"),
    "picture": (read_image, "S1/*/maskSequence/*/*.jpg"),
    "joint-set": (read_joint_set, ""),
}


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("broken")


def find_sample(studio: Path, pattern: str) -> tuple[str, bytes]:
    """Name and content of a good file."""
    if not pattern:
        return "joints.json", encode_joint_set(H36M_17).encode()
    path = next(path for path in sorted((studio / "dataset").glob(pattern)))
    return path.name, path.read_bytes()


@pytest.mark.parametrize("reader", READERS)
def test_a_broken_file_is_refused_in_words(reader: str, studio_small: Path, sandbox: Path) -> None:
    read, pattern = READERS[reader]
    name, content = find_sample(studio_small, pattern)
    path = sandbox / name
    path.write_bytes(content)
    read(path)  # as it is, it can be read

    count = EXAMPLES if len(content) < LARGE else EXAMPLES // FEWER + 1

    @settings(
        max_examples=count,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(damages())
    def spoil(damage: Callable[[bytes], bytes]) -> None:
        spoilt = damage(content)
        path.write_bytes(spoilt)
        started = time.process_time()
        tracemalloc.start()
        told = ""
        try:
            read(path)
        except JointlensError as error:
            told = str(error)
        finally:
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        assert not told or path.stem in told or str(path.parent) in told
        assert "\n" not in told
        assert time.process_time() - started < SECONDS
        assert peak < 10 * len(content) + ALLOWANCE

    spoil()
