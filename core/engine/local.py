"""The engine of one machine: a process for each set of cores, or for each card.

Each worker is a :class:`~concurrent.futures.ProcessPoolExecutor` of one process, so that the death of one is
told from that of another, and no item but its own is lost.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from core.engine.engine import Outcome, Reply, Work, attempt
from core.engine.handing_out import Attempt, HandingOut
from core.parallel import set_workers

#: What all items have in common, in a worker's process.
_shared: Any = None


class LocalEngine(HandingOut):
    """Processes of this machine, started by *spawn* when there is work for them.

    Args:
        devices: what each worker works on, one entry a worker.
        threads: of each.
    """

    def __init__(self, devices: list[str], *, threads: int) -> None:
        super().__init__()
        self.workers, self.threads = len(devices), threads
        self.device = devices[0].partition(":")[0]
        self._devices = devices
        self._pools: dict[int, ProcessPoolExecutor] = {}
        self._shared: Any = None

    def map(self, work: Work, shared: Any, items: Iterable[Any]) -> Iterator[Outcome]:
        """See :meth:`core.engine.engine.Engine.map`."""
        self._work, self._shared = work, shared
        for pool in self._pools.values():
            pool.submit(_keep_shared, shared)
        return self._hand_out(items)

    def close(self) -> None:
        """End the processes, whatever they do."""
        for pool in self._pools.values():
            processes = list((pool._processes or {}).values())
            pool.shutdown(wait=False, cancel_futures=True)
            for process in processes:
                process.kill()
                process.join()
        self._pools, self._under_way = {}, {}

    def _begin(self, attempt: Attempt) -> Future[Reply]:
        worker = attempt.worker
        if worker not in self._pools:
            self._pools[worker] = ProcessPoolExecutor(
                1,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=_prepare,
                initargs=(self.threads,),
            )
            self._pools[worker].submit(_keep_shared, self._shared)
        return self._pools[worker].submit(_attempt, self._work, attempt.item, self._devices[worker])

    def _wait(self, under_way: Mapping[Future[Reply], Attempt]) -> Iterator[tuple[Future[Reply], Reply]]:
        done, _ = wait(under_way, return_when=FIRST_COMPLETED)
        for future in done:
            try:
                yield future, future.result()
            except BrokenProcessPool:
                self._pools.pop(under_way[future].worker).shutdown(wait=False)
                yield future, Reply("", error="the process that did it ended without a word")


def _prepare(threads: int) -> None:
    """In a new worker: so many threads, deaf to Ctrl+C, which is the steering process's, and gone with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow_parent, daemon=True).start()
    os.environ["OMP_NUM_THREADS"] = str(threads)  # read by PyTorch when the first work imports it
    set_workers(threads)


def _follow_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _keep_shared(shared: Any) -> None:
    global _shared
    _shared = shared


def _attempt(work: Work, item: Any, device: str) -> Reply:
    return attempt(work, _shared, item, device)
