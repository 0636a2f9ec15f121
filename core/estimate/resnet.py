"""ResNet-50's convolutional part, with the names that published checkpoints use.

Source: He, Zhang, Ren, Sun, "Deep Residual Learning for Image Recognition", CVPR 2016; the stride lies in the
3x3 convolution, as in torchvision's and SPIN's ``models/hmr.py``.
"""

from __future__ import annotations

from torch import Tensor, nn

_EXPANSION = 4
_BLOCKS = (3, 4, 6, 3)
FEATURES = 512 * _EXPANSION


class Bottleneck(nn.Module):
    """1x1, 3x3 and 1x1 convolutions around a shortcut.

    Args:
        inputs: channels that come in.
        width: channels of the 3x3 convolution; four times as many go out.
        stride: of the 3x3 convolution.
    """

    def __init__(self, inputs: int, width: int, *, stride: int = 1) -> None:
        super().__init__()
        outputs = width * _EXPANSION
        self.conv1 = nn.Conv2d(inputs, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride=stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, outputs, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(outputs)
        self.relu = nn.ReLU(inplace=True)
        self.downsample: nn.Module | None = None
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride=stride, bias=False), nn.BatchNorm2d(outputs)
            )

    def forward(self, x: Tensor) -> Tensor:
        """[B, inputs, H, W] -> [B, 4 width, H / stride, W / stride]."""
        shortcut = x if self.downsample is None else self.downsample(x)
        x = self.relu(self.bn1(self.conv1(x)))
        x = self.relu(self.bn2(self.conv2(x)))
        return self.relu(self.bn3(self.conv3(x)) + shortcut)


class ResNet50(nn.Module):
    """Pictures to features, averaged over the picture."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        channels = 64
        for number, blocks in enumerate(_BLOCKS):
            width, stride = 64 * 2**number, 1 if number == 0 else 2
            layers = [Bottleneck(channels, width, stride=stride)]
            channels = width * _EXPANSION
            layers += [Bottleneck(channels, width) for _ in range(blocks - 1)]
            setattr(self, f"layer{number + 1}", nn.Sequential(*layers))

    def extract(self, x: Tensor) -> Tensor:
        """[B, 3, 224, 224], normalised -> [B, 2048]."""
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        for number in range(len(_BLOCKS)):
            x = getattr(self, f"layer{number + 1}")(x)
        return x.mean(dim=(2, 3))  # of 7 x 7, as SPIN's average pooling
