"""``python -m app.bench``: everything that can be measured on a graphics card, in one call.

For a machine that has a card and PyTorch but neither the window nor the command line; elsewhere
``main.py bench cuda`` tells the same. See docs/gpu.md.
"""

from __future__ import annotations

import importlib.util
import sys

#: What measuring imports.
NEEDED = ("torch", "triton", "numpy", "scipy", "numba", "cv2", "roma")

if __name__ == "__main__":
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        sys.exit(f"measuring on a card needs {', '.join(missing)}: install with pip, or put it on PYTHONPATH")
    from app.bench.cuda import main

    sys.exit(main())
