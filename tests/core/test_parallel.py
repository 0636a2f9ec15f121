import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from core import parallel
from core.parallel import count_workers, map_chunks, set_workers


@pytest.fixture(autouse=True)
def three_workers():
    before = count_workers()
    set_workers(3)
    yield
    set_workers(before)


def mark(done):
    def function(start, stop):
        done[start:stop] += 1

    return function


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7, 100])
@pytest.mark.parametrize("chunks", [None, 1, 5])
def test_every_row_is_done_once(count, chunks):
    done = np.zeros(count, int)
    map_chunks(mark(done), count, chunks=chunks)
    assert (done == 1).all()


def test_an_empty_batch_calls_nothing():
    map_chunks(lambda start, stop: pytest.fail("called"), 0)


def test_chunks_run_in_different_threads():
    names = set()

    def function(start, stop):
        names.add(threading.current_thread().name)
        time.sleep(0.05)

    map_chunks(function, 3)
    assert len(names) == 3


def test_a_nested_call_does_not_wait_for_itself():
    done = np.zeros((6, 6), int)
    map_chunks(lambda start, stop: [map_chunks(mark(done[row]), 6) for row in range(start, stop)], 6)
    assert (done == 1).all()


def test_several_threads_may_share_the_pool():
    done = np.zeros((8, 50), int)
    threads = [threading.Thread(target=map_chunks, args=(mark(row), 50)) for row in done]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (done == 1).all()


@pytest.mark.parametrize("failing", [0, 2])
def test_an_error_in_any_chunk_is_raised_after_all_ended(failing):
    done = np.zeros(3, int)

    def function(start, stop):
        if start == failing:
            raise ValueError("this chunk")
        time.sleep(0.02)
        done[start:stop] = 1

    with pytest.raises(ValueError, match="this chunk"):
        map_chunks(function, 3)
    assert done.sum() == 2


def test_one_worker_runs_in_the_calling_thread():
    set_workers(1)
    names = []
    map_chunks(lambda start, stop: names.append(threading.current_thread()), 4)
    assert names == [threading.current_thread()]


def test_no_workers_is_refused():
    with pytest.raises(ValueError, match="at least 1"):
        set_workers(0)


def test_a_forked_child_starts_its_own_pool():
    map_chunks(mark(np.zeros(3, int)), 3)
    parallel._forget_pool()
    done = np.zeros(3, int)
    map_chunks(mark(done), 3)
    assert (done == 1).all()


def test_pytorch_has_one_thread_within_a_chunk_and_its_own_number_after():
    torch = pytest.importorskip("torch")
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    seen = []
    for count in (1, 3):
        map_chunks(lambda start, stop: seen.append(torch.get_num_threads()), count)
    assert seen == [1] * 4
    assert torch.get_num_threads() == 2
    torch.set_num_threads(before)


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="threads are listed on Linux alone")
def test_numpys_matrix_library_starts_no_threads_of_its_own():
    code = (
        "import core.parallel, numpy, os; a = numpy.ones((600, 600)); a @ a; "
        "print(len(os.listdir('/proc/self/task')))"
    )
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    ended = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert int(ended.stdout) == 1
