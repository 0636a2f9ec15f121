"""Which engine an option means."""

from __future__ import annotations

import multiprocessing
from typing import Literal

from core.device import choose_device
from core.engine.engine import Engine
from core.engine.in_process import InProcessEngine
from core.errors import SettingsError
from core.parallel import count_workers

EngineName = Literal["local", "ray"]

#: Blocks a worker below which starting processes takes longer than they save.
_WORTHWHILE = 4


def open_engine(
    name: EngineName = "local",
    *,
    blocks: int,
    workers: int | None = None,
    address: str | None = None,
    device: str = "auto",
) -> Engine:
    """Open an engine for a run of so many blocks.

    Args:
        name: ``local`` or ``ray``.
        blocks: of the run.
        workers: how many; on this machine one a core or card if not given, but this process alone where there
            is too little to do; of a cluster, all that there is room for.
        address: of a Ray cluster; see :class:`core.engine.ray_cluster.RayEngine`.
        device: see :mod:`core.device`; with ``cuda`` every worker gets a card.

    Raises:
        SettingsError: an option is impossible, or Ray is not installed.
        EngineError: the cluster does not answer, or has no room.
        DeviceError: the device is not there.
    """
    if workers is not None and workers < 1:
        raise SettingsError(f"workers is {workers}; expected 1 or more")
    if name == "ray":
        from core.engine.ray_cluster import RayEngine

        # The cluster's nodes, not this one, have to have the cards.
        return RayEngine(address, workers=workers, device="cuda" if device.startswith("cuda") else "cpu")
    if address is not None:
        raise SettingsError(f"--address {address} is of a Ray cluster; add --engine ray, or leave it out")
    target = choose_device(device)
    devices = _list_devices(str(target), device)
    count = workers or (len(devices) if blocks >= _WORTHWHILE * len(devices) else 1)
    if count == 1 or multiprocessing.current_process().daemon:  # which must not have children
        return InProcessEngine(str(target))
    from core.engine.local import LocalEngine

    threads = max(1, count_workers() // count)
    return LocalEngine([devices[number % len(devices)] for number in range(count)], threads=threads)


def _list_devices(target: str, asked: str) -> list[str]:
    """One entry for each worker that this machine has room for."""
    if target == "cpu":
        return ["cpu"] * count_workers()
    if asked not in ("auto", "cuda"):
        return [target]
    import torch

    return [f"cuda:{number}" for number in range(torch.cuda.device_count())]
