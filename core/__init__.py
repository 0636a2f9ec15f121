"""The core: no Qt, no VTK; torch, NumPy and SciPy."""

import os

# NumPy's matrix library would start a thread a core in each of ours (core.parallel), which then wait for each
# other, spinning. It reads this when it is loaded, so it has to be said before anything here imports NumPy.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
