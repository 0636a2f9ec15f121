"""A regressor record as one safetensors file: the weights as a tensor, the rest as JSON in the header.

Format version history: 1, the first.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from core.errors import RegressorError
from core.regressor.record import Regressor
from core.whole_file import open_whole

FORMAT_VERSION = 1

_HEADER_KEY = "jointlens_regressor"
_TENSOR = "weights"


def save_record(regressor: Regressor, path: Path | str, *, joints: Mapping[str, Any] | None = None) -> None:
    """Write a record; the file is whole or not there, and on disk when this returns.

    Args:
        regressor: the record.
        path: of the file.
        joints: its joint set in full, for readers that do not know it by name.
    """
    header: dict[str, Any] = {
        "format_version": FORMAT_VERSION,
        "name": regressor.name,
        "topology": regressor.topology,
        "joint_set": regressor.joint_set,
        "provenance": regressor.provenance,
    }
    if joints is not None:
        header["joints"] = joints
    weights = np.ascontiguousarray(regressor.weights, np.float64)
    encoded = save({_TENSOR: weights}, metadata={_HEADER_KEY: json.dumps(header)})
    with open_whole(path) as stream:
        stream.write(encoded)


def load_record(path: Path | str) -> Regressor:
    """Read a record.

    Raises:
        RegressorError: the file is missing, damaged, none of ours, or of another version.
    """
    weights, header = read_tensor(path)
    if header is None:
        raise RegressorError(f"{path}: holds a matrix but no regressor record")
    if header.get("format_version") != FORMAT_VERSION:
        raise RegressorError(
            f"{path}: has format_version {header.get('format_version')}; this version reads {FORMAT_VERSION}"
        )
    try:
        return Regressor(
            header["name"],
            weights.astype(np.float64),
            header["topology"],
            header["joint_set"],
            header["provenance"],
        )
    except KeyError as error:
        raise RegressorError(f"{path}: its record has no {error}") from error


def read_tensor(path: Path | str) -> tuple[np.ndarray[Any, Any], dict[str, Any] | None]:
    """The one matrix of any safetensors file, and the header of a record where it has one.

    Raises:
        RegressorError: the file is missing or damaged, or holds more than one matrix.
    """
    if not Path(path).is_file():
        raise RegressorError(f"{path}: is not there")
    try:
        with safe_open(path, framework="np") as stream:
            names, metadata = list(stream.keys()), stream.metadata() or {}
            if len(names) != 1:
                raise RegressorError(f"{path}: holds {len(names)} tensors ({', '.join(names)}); expected one")
            weights = stream.get_tensor(names[0])
    except (SafetensorError, OSError) as error:
        raise RegressorError(f"{path}: is no readable safetensors file ({error})") from error
    header = metadata.get(_HEADER_KEY)
    return weights, None if header is None else json.loads(header)
