"""Threads over chunks of a batch, for compiled kernels that release the interpreter lock.

The kernels are serial and the threads are ours: Numba's own threading layers abort the process or crawl when
two Python threads enter them at once, and compete with PyTorch's OpenMP threads for the same cores. For the
same reason PyTorch uses one thread within a chunk: its others would spin, waiting for more work, on the core
that the next chunk wants.
"""

from __future__ import annotations

import itertools
import os
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

_lock = threading.Lock()
_inside_worker = threading.local()
_workers = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
_pool: ThreadPoolExecutor | None = None


def set_workers(workers: int) -> None:
    """Set how many threads share a batch, the calling one included; the default is one a usable core.

    Raises:
        ValueError: ``workers`` is less than one.
    """
    global _workers, _pool
    if workers < 1:
        raise ValueError(f"workers is {workers}; expected at least 1")
    with _lock:
        retired, _pool, _workers = _pool, None, workers
    if retired is not None:
        retired.shutdown(wait=False)


def count_workers() -> int:
    """How many threads share a batch."""
    return _workers


def map_chunks(function: Callable[[int, int], None], count: int, *, chunks: int | None = None) -> None:
    """Call ``function(start, stop)`` over consecutive ranges that together are ``range(count)``.

    Returns when all of them are done. May be called from several threads at once; a call from within
    ``function`` runs serially, so that nested use cannot wait for itself.

    Args:
        function: does rows ``start`` to ``stop``; should release the interpreter lock for most of its time.
        count: rows in all; with none ``function`` is not called.
        chunks: how many ranges; by default one a worker.

    Raises:
        Exception: the first one that ``function`` raised, once every chunk has ended.
    """
    chunks = min(count, _workers if chunks is None else chunks)
    if getattr(_inside_worker, "active", False):
        if count > 0:
            function(0, count)
        return
    if chunks <= 1 or _workers == 1:
        if count > 0:
            _run_chunk(function, 0, count)
        return
    bounds = [count * chunk // chunks for chunk in range(chunks + 1)]
    with _lock:
        pool = _start_pool()
        futures = [
            pool.submit(_run_chunk, function, start, stop) for start, stop in itertools.pairwise(bounds[1:])
        ]
    try:
        _run_chunk(function, bounds[0], bounds[1])
    finally:
        errors = [future.exception() for future in futures]
    for error in errors:
        if error is not None:
            raise error


def _run_chunk(function: Callable[[int, int], None], start: int, stop: int) -> None:
    _inside_worker.active = True
    try:
        with _single_torch_thread():
            function(start, stop)
    finally:
        _inside_worker.active = False


@contextmanager
def _single_torch_thread() -> Iterator[None]:
    """PyTorch, where it is loaded, computes in the calling thread alone; costs a microsecond."""
    torch = sys.modules.get("torch")
    before = torch.get_num_threads() if torch else 1
    if before == 1:
        yield
        return
    assert torch is not None
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _start_pool() -> ThreadPoolExecutor:
    global _pool
    if _pool is None:
        _pool = ThreadPoolExecutor(max_workers=max(1, _workers - 1), thread_name_prefix="jointlens-chunk")
    return _pool


def _forget_pool() -> None:
    """Threads do not survive a fork: the child starts its own."""
    global _pool, _lock
    _pool, _lock = None, threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_pool)
