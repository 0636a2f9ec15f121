"""Files that ``torch.save`` wrote, read without trusting them: tensors, and nothing that could run code."""

from __future__ import annotations

import pickle
import re
from pathlib import Path
from typing import Any

from core.damage import NUMPY_DAMAGE
from core.errors import DatasetError, JointlensError, UntrustedFileError
from core.unpacked import check_archive


def load_tensors(path: Path, *, what: str = ".pt file", error: type[JointlensError] = DatasetError) -> Any:
    """What such a file holds, on the processor.

    Args:
        path: of the file.
        what: the file should be, for messages.
        error: raised where it is not.

    Raises:
        JointlensError: of the kind told: the file is missing or damaged.
        UntrustedFileError: it holds more than tensors.
    """
    import torch

    try:
        check_archive(path)
        return torch.load(path, weights_only=True, map_location="cpu")
    except pickle.UnpicklingError as found:
        raise UntrustedFileError(
            f"{path}: holds more than tensors{_name_class(found)}; nothing of it was loaded"
        ) from found
    except OSError as found:
        raise error(f"{path}: cannot be read ({found.strerror or found})") from found
    except (IndexError, AssertionError, *NUMPY_DAMAGE) as found:
        raise error(f"{path}: is no readable {what} ({_first_line(found)})") from found


def _name_class(error: Exception) -> str:
    """What the file asks for, of torch's message that also tells how to load it all the same."""
    found = re.search(r"GLOBAL (\S+)", str(error))
    return f" ({found[1]})" if found else ""


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)
