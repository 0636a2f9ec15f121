"""What the discriminators make of many bodies, with its derivative, chunk by chunk in arrays made once."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from core.energy.discriminators import Discriminators
from core.energy.doubt import (
    embed_joints,
    embed_joints_backward,
    judge_poses,
    judge_shapes,
    pull_back,
)
from core.types import FloatArray

#: Bodies up to which it pays to go back through the wide layers unit by unit.
_FEW = 3


class DoubtBatch:
    """What :func:`core.energy.adversarial.adversarial_error` says of B bodies.

    Args:
        discriminators: read anew at each call.
        sixd: (B, 24, 6), read anew at each call.
        betas: (B, 10), read anew at each call.

    Attributes:
        doubts: filled by :meth:`judge`, (B,).
        by_sixd: filled by :meth:`judge`, (B, 24, 6).
        by_betas: filled by :meth:`judge`, (B, 10).
    """

    def __init__(self, discriminators: Discriminators, sixd: FloatArray, betas: FloatArray) -> None:
        self._sixd, self._betas, pose = sixd, betas, discriminators.pose
        self._embed, self._whole = _list_layers(pose.embed), _list_layers(pose.whole)
        self._shape = _list_layers(discriminators.shape.layers)
        self._verdict = pose.joint_weights.numpy(), pose.joint_biases.numpy(), *_read(self._whole[2])

        def make(*shape: int) -> FloatArray:
            return np.empty((len(sixd), *shape), sixd.dtype)

        self.doubts, self.by_sixd, self.by_betas = make(), np.empty_like(sixd), np.empty_like(betas)
        self._shape_doubts = make()
        width = len(self._embed[1].bias)
        self._shallow, self._embedded, self._by_embedded = (make(sixd.shape[1], width) for _ in range(3))
        self._lower, self._by_lower = (make(len(self._whole[0].bias)) for _ in range(2))
        self._upper, self._by_upper = (make(len(self._whole[1].bias)) for _ in range(2))
        self._by_flat = make(sixd.shape[1] * width)

    def judge(self, start: int, stop: int) -> None:
        """Doubts and their gradients for bodies ``start`` to ``stop``."""
        part = slice(start, stop)
        first, second = self._embed
        third, fourth, _ = self._whole
        sixd, shallow, embedded, by_embedded = (
            array[part].reshape(-1, array.shape[-1])
            for array in (self._sixd, self._shallow, self._embedded, self._by_embedded)
        )
        flat, by_flat = self._embedded[part].reshape(stop - start, -1), self._by_flat[part]
        lower, upper, by_upper = self._lower[part], self._upper[part], self._by_upper[part]
        embed_joints(sixd, *_read(first), *_read(second), shallow, embedded)
        _pass_on(flat, third, lower)
        _pass_on(lower, fourth, upper)
        judge_poses(
            self._embedded[part], upper, *self._verdict, self.doubts[part], self._by_embedded[part], by_upper
        )
        _pull_back(by_upper, fourth, lower, self._by_lower[part])
        _pull_back(self._by_lower[part], third, flat, by_flat)
        by_embedded += by_flat.reshape(by_embedded.shape)
        embed_joints_backward(
            by_embedded, first.weight.numpy(), second.weight.numpy(), shallow, embedded,
            self.by_sixd[part].reshape(sixd.shape),
        )  # fmt: skip
        lowest, middle, highest = self._shape
        judge_shapes(
            self._betas[part], *_read(lowest), *_read(middle), *_read(highest),
            self._shape_doubts[part], self.by_betas[part],
        )  # fmt: skip
        self.doubts[part] += self._shape_doubts[part]


def _list_layers(layers: nn.Sequential) -> list[nn.Linear]:
    return [layer for layer in layers if isinstance(layer, nn.Linear)]


def _read(layer: nn.Linear) -> tuple[FloatArray, FloatArray]:
    return layer.weight.numpy(), layer.bias.numpy()


def _pass_on(inputs: FloatArray, layer: nn.Linear, hidden: FloatArray) -> None:
    """A layer with its ReLU."""
    output: Tensor = torch.from_numpy(hidden)
    torch.addmm(layer.bias, torch.from_numpy(inputs), layer.weight.T, out=output).relu_()


def _pull_back(by_output: FloatArray, layer: nn.Linear, hidden: FloatArray, by_input: FloatArray) -> None:
    """Gradient of a layer's input, zero where its ReLU was."""
    if len(by_output) <= _FEW:
        pull_back(by_output, layer.weight.numpy(), hidden, by_input)
        return
    torch.mm(torch.from_numpy(by_output), layer.weight, out=torch.from_numpy(by_input))
    by_input *= hidden > 0
