import json
import subprocess
import sys

_CHILD = """
import gc, json
from numba.core.dispatcher import Dispatcher
from core.optimize.warm_up import warm_up
warm_up()
kernels = [each for each in gc.get_objects() if isinstance(each, Dispatcher)]
used = [each for each in kernels if each.signatures and each.py_func.__module__.startswith("core.")]
print(json.dumps({
    "used": sorted(each.py_func.__name__ for each in used),
    "compiled": sorted(each.py_func.__name__ for each in used if sum(each.stats.cache_misses.values())),
}))
"""


def test_a_second_process_loads_every_kernel_of_a_step_and_compiles_none():
    for _ in range(2):
        ended = subprocess.run([sys.executable, "-c", _CHILD], capture_output=True, text=True, check=True)
        found = json.loads(ended.stdout.splitlines()[-1])
        kernels = {"compare_images", "skin_vertices", "chain_joints_backward", "judge_poses"}
        assert kernels | {"correct_vertices", "gather_correctives"} <= set(found["used"])
        if not found["compiled"]:
            return
    raise AssertionError(f"compiled again: {found['compiled']}")
