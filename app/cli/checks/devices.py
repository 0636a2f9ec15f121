"""What computes: the processor, or a graphics card through CUDA, and what keeps one from being used."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterator

from app.cli.checks.check import Check
from core.device import DRIVER_CARDS

_DRIVER = "install NVIDIA's driver until nvidia-smi lists the card"


def check_devices() -> Iterator[Check]:
    """The graphics card that runs are made on, or why it is the processor."""
    if importlib.util.find_spec("torch") is None:
        return
    import torch

    if torch.cuda.is_available():
        for number in range(torch.cuda.device_count()):
            card = torch.cuda.get_device_properties(number)
            told = f"{card.name}, {card.total_memory / 2**30:.0f} GiB, compute {card.major}.{card.minor}"
            yield Check(f"GPU cuda:{number}", "ok", told)
        if importlib.util.find_spec("triton") is None:
            yield Check(
                "triton",
                "optional",
                "not installed: it compiles the kernels for the card; until then the processor is used",
                "pip install triton",
            )
        return
    found, remedy = find_obstacle(
        cards=len(list(DRIVER_CARDS.glob("*"))),
        cuda_build=torch.version.cuda is not None,
        driver=shutil.which("nvidia-smi") is not None,
    )
    yield Check("GPU", "optional", f"none ({found}); the processor is used", remedy)


def find_obstacle(*, cards: int, cuda_build: bool, driver: bool) -> tuple[str, str]:
    """Why no card can be used, and the remedy, which is empty where there seems to be no card.

    Args:
        cards: how many the loaded driver knows.
        cuda_build: whether PyTorch was built with CUDA.
        driver: whether the driver's programs are installed.
    """
    if cards and not cuda_build:
        return "PyTorch was built without CUDA", "install the CUDA build of the same torch version with pip"
    if cards:
        return "PyTorch finds no CUDA device, though the driver lists a card", (
            "update the driver, or install a torch build for its CUDA version (nvidia-smi shows it)"
        )
    if driver:
        return "the driver is installed, and lists no card", _DRIVER
    return "no NVIDIA driver is loaded", "" if not cuda_build else f"if there is a card: {_DRIVER}"
