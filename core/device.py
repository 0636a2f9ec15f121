"""What the optimisation computes on: the processor, or a graphics card through CUDA.

Devices are named as PyTorch names them: ``cpu``, ``cuda`` (the first card), ``cuda:1``; ``auto`` is the first
card where there is one that PyTorch and Triton can use, and the processor otherwise.
"""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import DeviceError

if TYPE_CHECKING:
    import torch

#: Where NVIDIA's driver for Linux tells of its cards, one folder a card.
DRIVER_CARDS = Path("/proc/driver/nvidia/gpus")


def choose_device(name: str = "auto") -> torch.device:
    """The device that a name stands for, looked up and ready to be used.

    Args:
        name: ``auto``, ``cpu``, ``cuda`` or ``cuda:N``.

    Raises:
        DeviceError: the name means nothing, or there is no such card; the message says why, and the remedy.
    """
    import torch

    check_device_name(name)
    usable = torch.cuda.is_available() and importlib.util.find_spec("triton") is not None
    if name == "cpu" or (name == "auto" and not usable):
        return torch.device("cpu")
    if torch.version.cuda is None:
        raise DeviceError(
            f"device is {name!r}, but PyTorch {torch.__version__} was built without CUDA; install a build "
            "with it, or use --device cpu"
        )
    if not torch.cuda.is_available():
        raise DeviceError(
            f"device is {name!r}, but PyTorch finds no NVIDIA card that it can use; see to the driver "
            "(nvidia-smi should list the card), or use --device cpu"
        )
    device = torch.device("cuda", 0) if name in ("auto", "cuda") else torch.device(name)
    count = torch.cuda.device_count()
    if device.index >= count:
        raise DeviceError(
            f"device is {name!r}; expected cuda:0 to cuda:{count - 1}, the cards that are there"
        )
    if importlib.util.find_spec("triton") is None:
        raise DeviceError(
            f"device is {name!r}, but Triton, which compiles its kernels, is not installed; install it with "
            "pip install -c constraints.txt triton, or use --device cpu"
        )
    return device


def check_device_name(name: str) -> str:
    """The name itself, if it could be a device's; whether there is one is not looked up.

    Raises:
        DeviceError: it could not.
    """
    if not re.fullmatch(r"auto|cpu|cuda(:\d+)?", name):
        raise DeviceError(f"device is {name!r}; expected auto, cpu, cuda or cuda:N")
    return name


def describe_device(name: str = "auto") -> str:
    """What a name stands for on this machine, in words for a person, without importing PyTorch.

    A card counts if its driver is loaded, PyTorch was built with CUDA and Triton is installed; only
    :func:`choose_device` knows for sure.

    Raises:
        DeviceError: the name means nothing.
    """
    if check_device_name(name) == "cpu":
        return "processor"
    cards = _list_cards() if _has_cuda_build() else []
    number = int(name.partition(":")[2] or 0)
    if number < len(cards):
        return cards[number]
    return "processor" if name == "auto" else f"{name}, which is not there"


def _list_cards() -> list[str]:
    """Names of the cards that the driver knows, in its order."""
    names = []
    for path in sorted(DRIVER_CARDS.glob("*/information")):
        model = re.search(r"^Model:\s*(.+?)\s*$", path.read_text(encoding="utf-8"), re.MULTILINE)
        names.append(model[1] if model else "NVIDIA card")
    return names


def _has_cuda_build() -> bool:
    """Whether Triton is there, and a PyTorch that was built with CUDA, as its version file says."""
    found = importlib.util.find_spec("torch")
    if found is None or found.origin is None or importlib.util.find_spec("triton") is None:
        return False
    version = Path(found.origin).with_name("version.py")
    text = version.read_text(encoding="utf-8") if version.exists() else ""
    return re.search(r"^cuda\b[^=]*=\s*['\"]", text, re.MULTILINE) is not None
