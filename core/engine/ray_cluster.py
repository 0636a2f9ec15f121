"""The engine of a Ray cluster, or of a Ray that is started on this machine.

Ray keeps the workers: it places one actor on each set of cores or card, starts it again elsewhere when it or
its node dies, tries its item again, and hands the shared data around through its object store. Here stands
only how much is asked of it at once.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from core.engine.engine import ATTEMPTS, Outcome, Reply, Work, attempt
from core.engine.handing_out import Attempt, HandingOut
from core.errors import EngineError, SettingsError
from core.parallel import set_workers

#: How often Ray is started on this machine before that is given up: it waits half a minute each time.
_STARTS = 3


class RayEngine(HandingOut):
    """Actors of a Ray cluster.

    Args:
        address: ``HOST:PORT`` of a cluster's head, ``auto`` for the one that this machine belongs to; None
            starts Ray on this machine, for as long as the engine is open.
        workers: how many actors; as many as the cluster has room for if not given.
        threads: of each, on processors.
        device: ``cpu``, or ``cuda`` for one card an actor.

    Raises:
        SettingsError: Ray is not installed.
        EngineError: there is no such cluster, or it has no room.
    """

    def __init__(
        self,
        address: str | None = None,
        *,
        workers: int | None = None,
        threads: int = 1,
        device: str = "cpu",
    ) -> None:
        super().__init__()
        try:
            import ray
        except ImportError as error:
            raise SettingsError(
                "--engine ray needs Ray, which is not installed; install it: pip install 'jointlens[ray]'"
            ) from error
        self._ray: Any = ray
        self.device, self.threads = device, threads
        self._started = not ray.is_initialized()
        if self._started:
            _start(address, None if workers is None else workers * threads)
        resource, share = ("GPU", 1) if device == "cuda" else ("CPU", threads)
        room = int(self._ray.cluster_resources().get(resource, 0) // share)
        self.workers = room if workers is None else workers
        if not 1 <= self.workers <= room:
            self.close()
            raise EngineError(
                f"the Ray cluster has room for {room} workers of {share} {resource} each, and "
                f"{workers or 'at least one'} is asked for; ask for fewer, or start more nodes"
            )
        actor: Any = self._ray.remote(
            num_cpus=threads,
            num_gpus=1 if device == "cuda" else 0,
            max_restarts=-1,
            max_task_retries=ATTEMPTS - 1,
        )(_Worker)
        self._actors = [actor.remote(threads) for _ in range(self.workers)]

    def map(self, work: Work, shared: Any, items: Iterable[Any]) -> Iterator[Outcome]:
        """See :meth:`core.engine.engine.Engine.map`."""
        self._work, self._shared = work, self._ray.put(shared)
        return self._hand_out(items)

    def close(self) -> None:
        """Give the actors back, and end Ray if it was started here."""
        for actor in getattr(self, "_actors", []):
            self._ray.kill(actor)
        self._actors = []
        if self._started:
            self._ray.shutdown()

    def _begin(self, attempt: Attempt) -> Any:
        return self._actors[attempt.worker].attempt.remote(
            self._work, self._shared, attempt.item, self.device
        )

    def _wait(self, under_way: Mapping[Any, Attempt]) -> Iterator[tuple[Any, Reply]]:
        (reference,), _ = self._ray.wait(list(under_way), num_returns=1)
        try:
            yield reference, self._ray.get(reference)
        except self._ray.exceptions.RayActorError:
            # Ray has tried it as often as it was told to.
            error = "the processes that did it ended without a word"
            yield reference, Reply("", error=error, tries=ATTEMPTS)


class _Worker:
    """What runs in an actor."""

    def __init__(self, threads: int) -> None:
        set_workers(threads)  # Ray tells PyTorch, through OMP_NUM_THREADS

    def attempt(self, work: Work, shared: Any, item: Any, device: str) -> Reply:
        return attempt(work, shared, item, device)


def _start(address: str | None, cores: int | None) -> None:
    """Join a cluster, or start one on this machine."""
    import ray

    root = str(Path(__file__).parents[2])
    environment = {
        "OMP_WAIT_POLICY": "PASSIVE",
        "PYTHONPATH": os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")])),
    }
    common: dict[str, Any] = {"log_to_driver": False, "logging_level": "error"}
    if address is None:
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # Ray reports to its makers unless it is told
        for tries_left in reversed(range(_STARTS)):
            try:
                ray.init(
                    num_cpus=cores,
                    include_dashboard=False,
                    runtime_env={"env_vars": environment},
                    **common,
                )
            except Exception as error:
                ray.shutdown()
                if not tries_left:
                    raise EngineError(
                        f"Ray does not start on this machine: {error}; try again, or use --engine local"
                    ) from error
            else:
                return
    try:
        ray.init(address=address, **common)
    except (ConnectionError, ValueError, RuntimeError) as error:
        raise EngineError(
            f"--address {address}: no Ray cluster answers ({str(error).splitlines()[0]}); start one with "
            "ray start --head, or leave the address out"
        ) from error
