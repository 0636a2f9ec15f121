"""What a figure was measured on."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import Any

import numba
import torch

from core.parallel import count_workers
from core.version import code_version


def describe_machine() -> dict[str, Any]:
    """Processor, memory, graphics card, versions and load, as plain values."""
    card = torch.cuda.get_device_name(0) if torch.cuda.is_available() else None
    return {
        "processor": _read_field("/proc/cpuinfo", "model name") or platform.processor() or "unknown",
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "threads": {"torch": torch.get_num_threads(), "kernels": count_workers()},
        "memory_gb": _read_memory(),
        "gpu": card,
        "system": platform.platform(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numba": numba.__version__,
        "jointlens": code_version(),
        "load": [round(load, 2) for load in os.getloadavg()] if hasattr(os, "getloadavg") else None,
    }


def describe_load() -> str:
    """A warning where other programs want more than the cores that are there; else empty."""
    if not hasattr(os, "getloadavg"):
        return ""
    load, cores = os.getloadavg()[0], os.cpu_count() or 1
    return f"loaded: {load:.1f} programs want {cores} cores" if load > cores + 0.5 else ""


def _read_field(path: str, name: str) -> str:
    """Value of a line ``name : value``; empty where the file has none."""
    if not Path(path).exists():
        return ""
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return ""


def _read_memory() -> float | None:
    total = _read_field("/proc/meminfo", "MemTotal").split()
    return round(int(total[0]) / 1e6, 1) if total else None
