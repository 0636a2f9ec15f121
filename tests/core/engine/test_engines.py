"""Whatever becomes of workers, every item is done, once as far as the caller can see."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.engine import ray_cluster
from core.engine.choosing import open_engine
from core.engine.engine import Engine
from core.engine.exclusion import map_excluding
from core.engine.in_process import InProcessEngine
from core.engine.local import LocalEngine
from core.errors import EngineError, JointlensError, ProjectError, SettingsError
from tests.core.engine import works
from tests.core.engine.works import POISON, Lot

LOTS = [Lot((0, 1)), Lot((2, POISON, 4, 5)), Lot((6,))]


@pytest.fixture(scope="module", params=["local", "ray"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Two workers."""
    if request.param == "ray":
        pytest.importorskip("ray", reason="Ray is not installed")
    with open_engine(request.param, blocks=100, workers=2, device="cpu") as opened:
        yield opened


def test_every_item_is_done_with_what_all_have_in_common(engine: Engine) -> None:
    for shared in (10, 20):
        outcomes = list(engine.map(works.add, shared, iter(range(7))))
        assert sorted(outcome.result for outcome in outcomes) == [(shared + n, "cpu") for n in range(7)]
        assert {outcome.attempts for outcome in outcomes} == {1}
        assert len({outcome.worker for outcome in outcomes}) <= 2


def test_the_item_of_a_worker_that_was_killed_is_done_by_another(engine: Engine, tmp_path: Path) -> None:
    outcomes = list(engine.map(works.die_once, str(tmp_path), range(6)))
    assert sorted(outcome.result for outcome in outcomes) == list(range(6))
    assert (tmp_path / "died").exists()


def test_a_part_that_kills_three_workers_is_found_and_left_out(engine: Engine) -> None:
    outcomes = list(map_excluding(engine, works.die_of_poison, None, LOTS))
    assert sorted(number for outcome in outcomes for number in outcome.result) == [0, 1, 2, 4, 5, 6]
    assert [list(outcome.item.excluded) for outcome in outcomes if outcome.item.excluded] == [[POISON]]


def test_what_would_be_wrong_with_every_item_stops_the_work(engine: Engine) -> None:
    with pytest.raises(ProjectError, match="disk is full"):
        list(engine.map(works.refuse, None, range(6)))
    list(engine.drain())


def test_a_part_that_raises_is_left_out_and_the_reason_told() -> None:
    outcomes = list(map_excluding(InProcessEngine("cpu"), works.raise_at_poison, None, LOTS))
    reason = next(outcome.item.excluded for outcome in outcomes if outcome.item.excluded)[POISON]
    assert reason.startswith("ZeroDivisionError: not this one (")
    assert sorted(number for outcome in outcomes for number in outcome.result) == [0, 1, 2, 4, 5, 6]


def test_where_nothing_works_the_parts_are_not_blamed() -> None:
    with pytest.raises(EngineError, match="not the frames' fault: RuntimeError: nothing works here"):
        list(map_excluding(InProcessEngine("cpu"), works.fail_always, None, [Lot(tuple(range(40)))]))


def test_items_are_taken_only_when_a_worker_is_free() -> None:
    taken = []

    def take() -> Iterator[int]:
        for number in range(100):
            taken.append(number)
            yield number

    with LocalEngine(["cpu"] * 2, threads=1) as engine:
        outcomes = engine.map(works.add, 0, take())
        next(outcomes)
        assert len(taken) <= 3
        list(engine.drain())
        assert len(taken) <= 3


def test_workers_end_with_the_process_that_steers_them() -> None:
    """Also where that is killed."""
    code = (
        "import os, signal\n"
        "from core.engine.local import LocalEngine\n"
        "from tests.core.engine import works\n"
        "if __name__ == '__main__':\n"
        "    engine = LocalEngine(['cpu'], threads=1)\n"
        "    outcome = next(engine.map(works.add, 0, range(1000)))\n"
        "    print(outcome.worker.split(':')[1], flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    script = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parents[3], capture_output=True, text=True
    )
    worker = Path(f"/proc/{int(script.stdout)}")
    if not Path("/proc/self").exists():
        pytest.skip("needs /proc to look for the worker")
    # Its pipes were closed when it ended: run() has waited for that.
    assert not worker.exists() or "Z" in (worker / "stat").read_text().split()[2]


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"workers": 0}, SettingsError, "workers is 0; expected 1 or more"),
        ({"address": "head:6379"}, SettingsError, "add --engine ray"),
    ],
)
def test_options_that_mean_nothing_are_refused(
    options: dict[str, object], error: type[JointlensError], words: str
) -> None:
    with pytest.raises(error, match=words):
        open_engine("local", blocks=1, **options)  # type: ignore[arg-type]


def test_ray_that_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(SettingsError, match=r"pip install 'jointlens\[ray\]'"):
        open_engine("ray", blocks=1)


def test_ray_is_not_imported_unless_it_is_asked_for() -> None:
    code = "import sys, core.optimize.batch, app.cli.optimize; assert 'ray' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[3], check=True)


@pytest.mark.parametrize(("wish", "told"), [(None, "0"), ("1", "1")])
def test_ray_that_is_started_here_reports_nothing_unless_it_is_wanted(
    wish: str | None, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ray = pytest.importorskip("ray", reason="Ray is not installed")
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", wish or "")  # so that it is put back afterwards
    if wish is None:
        monkeypatch.delenv("RAY_USAGE_STATS_ENABLED")
    found: list[str] = []
    monkeypatch.setattr(ray, "init", lambda **options: found.append(os.environ["RAY_USAGE_STATS_ENABLED"]))
    ray_cluster._start(None, 1)
    assert found == [told]
