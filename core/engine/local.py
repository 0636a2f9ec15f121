"""The engine of one machine: a process for each set of cores, or for each card.

Each worker is a :class:`~concurrent.futures.ProcessPoolExecutor` of one process, so that the death of one is
told from that of another, and no item but its own is lost.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from core.engine.engine import ATTEMPTS, Outcome, Reply, Work, attempt
from core.parallel import set_workers

#: What all items have in common, in a worker's process.
_shared: Any = None


class LocalEngine:
    """Processes of this machine, started by *spawn* when there is work for them.

    Args:
        devices: what each worker works on, one entry a worker.
        threads: of each.
    """

    def __init__(self, devices: list[str], *, threads: int) -> None:
        self.workers, self.threads = len(devices), threads
        self.device = devices[0].partition(":")[0]
        self._devices = devices
        self._pools: dict[int, ProcessPoolExecutor] = {}
        self._under_way: dict[Future[Reply], tuple[int, Any, int]] = {}
        self._shared: Any = None

    def map(self, work: Work, shared: Any, items: Iterable[Any]) -> Iterator[Outcome]:
        """See :meth:`core.engine.engine.Engine.map`."""
        self._work, self._shared = work, shared
        for pool in self._pools.values():
            pool.submit(_keep_shared, shared)
        waiting, again = iter(items), deque[tuple[Any, int]]()
        free = list(reversed(range(self.workers)))
        while True:
            while free:
                task = again.popleft() if again else None
                if task is None:
                    item = next(waiting, _NONE)
                    if item is _NONE:
                        break
                    task = item, 1
                self._submit(free.pop(), *task)
            if not self._under_way:
                return
            for worker, item, number, reply in self._collect():
                free.append(worker)
                if reply.refusal is not None:
                    raise reply.refusal
                if reply.error is not None and number < ATTEMPTS:
                    again.append((item, number + 1))
                else:
                    yield Outcome(item, reply.result, reply.error, number, reply.worker)

    def drain(self) -> Iterator[Outcome]:
        """See :meth:`core.engine.engine.Engine.drain`."""
        while self._under_way:
            for _, item, number, reply in self._collect():
                if reply.succeeded:
                    yield Outcome(item, reply.result, None, number, reply.worker)

    def close(self) -> None:
        """End the processes, whatever they do."""
        for pool in self._pools.values():
            processes = list((pool._processes or {}).values())
            pool.shutdown(wait=False, cancel_futures=True)
            for process in processes:
                process.kill()
                process.join()
        self._pools, self._under_way = {}, {}

    def __enter__(self) -> LocalEngine:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _submit(self, worker: int, item: Any, number: int) -> None:
        if worker not in self._pools:
            self._pools[worker] = ProcessPoolExecutor(
                1,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=_prepare,
                initargs=(self.threads,),
            )
            self._pools[worker].submit(_keep_shared, self._shared)
        future = self._pools[worker].submit(_attempt, self._work, item, self._devices[worker])
        self._under_way[future] = worker, item, number

    def _collect(self) -> list[tuple[int, Any, int, Reply]]:
        """Wait for attempts to end, and give them with their workers."""
        done, _ = wait(self._under_way, return_when=FIRST_COMPLETED)
        ended = []
        for future in done:
            worker, item, number = self._under_way.pop(future)
            try:
                reply = future.result()
            except BrokenProcessPool:
                self._pools.pop(worker).shutdown(wait=False)
                reply = Reply(worker="", error="the process that did it ended without a word")
            ended.append((worker, item, number, reply))
        return ended


_NONE = object()


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
