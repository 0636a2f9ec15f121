"""SPIN's network: a ResNet-50 and a regressor that corrects a mean body three times.

Source: Kanazawa, Black, Jacobs, Malik, "End-to-end Recovery of Human Shape and Pose", CVPR 2018; Kolotouros,
Pavlakos, Black, Daniilidis, "Learning to Reconstruct 3D Human Pose and Shape via Model-fitting in the Loop",
ICCV 2019, with 6D rotations. Names of parameters as in its published checkpoint:

    x_0 = mean;  x_{i+1} = x_i + D(fc2(fc1([features, x_i]))),  i = 0, 1, 2,  without any activation between.

Its six numbers of a rotation are a 3x2 matrix row by row, unlike :mod:`core.rotations`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from core.data.npz_files import read_arrays
from core.errors import DatasetError
from core.estimate.resnet import FEATURES, ResNet50
from core.rotations import sixd_to_matrix
from core.torch_files import load_tensors
from core.types import BETAS, BODY_JOINTS

_POSE, _CAMERA = 6 * BODY_JOINTS, 3
_HIDDEN, _ITERATIONS = 1024, 3


@dataclass(frozen=True)
class HmrOutput:
    """Estimates for B pictures.

    Attributes:
        rotations: [B, 24, 3, 3], the first being the global orientation in the camera's axes.
        betas: [B, 10].
        camera: weak perspective s, tx, ty on the crop, [B, 3].
    """

    rotations: Tensor
    betas: Tensor
    camera: Tensor


class Hmr(ResNet50):
    """The network; to be loaded by :func:`load_hmr`."""

    init_pose: Tensor
    init_shape: Tensor
    init_cam: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.fc1 = nn.Linear(FEATURES + _POSE + BETAS + _CAMERA, _HIDDEN)
        self.drop1 = nn.Dropout()
        self.fc2 = nn.Linear(_HIDDEN, _HIDDEN)
        self.drop2 = nn.Dropout()
        self.decpose = nn.Linear(_HIDDEN, _POSE)
        self.decshape = nn.Linear(_HIDDEN, BETAS)
        self.deccam = nn.Linear(_HIDDEN, _CAMERA)
        for name, size in (("init_pose", _POSE), ("init_shape", BETAS), ("init_cam", _CAMERA)):
            self.register_buffer(name, torch.zeros(1, size))

    def forward(self, pictures: Tensor) -> HmrOutput:
        """Pictures [B, 3, 224, 224], normalised by ImageNet's mean and deviation."""
        features, count = self.extract(pictures), len(pictures)
        pose, betas = self.init_pose.expand(count, -1), self.init_shape.expand(count, -1)
        camera = self.init_cam.expand(count, -1)
        for _ in range(_ITERATIONS):
            hidden = self.drop1(self.fc1(torch.cat([features, pose, betas, camera], dim=1)))
            hidden = self.drop2(self.fc2(hidden))
            pose = pose + self.decpose(hidden)
            betas = betas + self.decshape(hidden)
            camera = camera + self.deccam(hidden)
        return HmrOutput(spin_sixd_to_matrix(pose.reshape(count, BODY_JOINTS, 6)), betas, camera)


def spin_sixd_to_matrix(sixd: Tensor) -> Tensor:
    """SPIN's 6D [..., 6], a 3x2 matrix row by row -> [..., 3, 3]."""
    return sixd_to_matrix(sixd.unflatten(-1, (3, 2)).transpose(-1, -2).flatten(-2))


def load_hmr(checkpoint: Path | str, mean_parameters: Path | str | None = None) -> Hmr:
    """Read SPIN's published checkpoint, ``model_checkpoint.pt``.

    Args:
        checkpoint: a dictionary with the parameters in ``model``, or the parameters themselves.
        mean_parameters: ``smpl_mean_params.npz`` with ``pose`` (144,), ``shape`` (10,) and ``cam`` (3,);
            taken from the checkpoint where it has them.

    Returns:
        The network, in evaluation mode.

    Raises:
        DatasetError: a file is missing or damaged, or does not fit.
        UntrustedFileError: the checkpoint holds more than tensors and plain values.
    """
    with torch.device("meta"):  # shapes alone: what is there is replaced by the checkpoint's
        model = Hmr()
    state = _read_state(Path(checkpoint))
    if mean_parameters is not None:
        state |= _read_mean(Path(mean_parameters))
    expected = model.state_dict()
    for name, value in state.items():
        if name in expected and value.shape != expected[name].shape:
            raise DatasetError(
                f"{checkpoint}: {name} has shape {tuple(value.shape)}; expected {tuple(expected[name].shape)}"
            )
        state[name] = value.float() if value.is_floating_point() else value
    for name in expected:
        if name.endswith("num_batches_tracked"):  # which old checkpoints lack, and nothing here reads
            state.setdefault(name, torch.tensor(0))
    missing, unexpected = model.load_state_dict(state, strict=False, assign=True)
    means = [name for name in missing if name.startswith("init_")]
    if means:
        raise DatasetError(
            f"{checkpoint}: has no {', '.join(means)}; give SPIN's smpl_mean_params.npz as well"
        )
    if missing:  # what it holds beside them is passed over, as SPIN's own code does
        raise DatasetError(
            f"{checkpoint}: is no checkpoint of SPIN's network: lacks {missing[0]} ({len(missing)} "
            f"parameters lack, {len(unexpected)} are unknown)"
        )
    return model.eval()


def _read_state(path: Path) -> dict[str, Tensor]:
    loaded = load_tensors(path, what="checkpoint")
    state = loaded.get("model", loaded) if isinstance(loaded, dict) else None
    if not isinstance(state, dict) or not all(isinstance(value, Tensor) for value in state.values()):
        raise DatasetError(f"{path}: holds no parameters of a network under 'model'")
    return dict(state)


def _read_mean(path: Path) -> dict[str, Tensor]:
    arrays = read_arrays(path, ("pose", "shape", "cam"))
    state = {}
    for name, target, size in (
        ("pose", "init_pose", _POSE), ("shape", "init_shape", BETAS), ("cam", "init_cam", _CAMERA),
    ):  # fmt: skip
        if name not in arrays or arrays[name].size != size:
            raise DatasetError(f"{path}: {name} must hold {size} numbers, as SPIN's smpl_mean_params.npz")
        state[target] = torch.from_numpy(arrays[name].reshape(1, size)).float()
    return state
