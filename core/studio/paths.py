"""Where the files of a studio's data set lie, relative to its root: h36m-fetch's layout."""

from __future__ import annotations

from pathlib import Path

from core.types import FrameKey

STANDARD_REGRESSOR = "J_regressor_h36m.npy"
#: By estimator: a SPIN data set file, and folders of VIBE's and MEVA's results.
ESTIMATES = {"spin": "estimates/spin.npz", "vibe": "estimates/vibe", "meva": "estimates/meva"}


def image_path(root: Path, key: FrameKey) -> Path:
    """Picture of a frame."""
    return root / key.sequence / "imageSequence" / key.camera / f"img_{key.frame:06d}.jpg"


def mask_path(root: Path, key: FrameKey) -> Path:
    """Mask of a frame."""
    return root / key.sequence / "maskSequence" / key.camera / f"img_{key.frame:06d}.jpg"
