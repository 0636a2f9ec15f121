"""The vocabulary shared by every part: keys of frames and instants, and the parameters of bodies."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import DatasetError

FloatArray = NDArray[np.floating[Any]]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.integer[Any]]

BODY_JOINTS = 24
#: Frame numbers are kept as int32.
LARGEST_FRAME = 2**31 - 1
BETAS = 10


@dataclass(frozen=True, order=True, slots=True)
class InstantKey:
    """One moment of one sequence, whichever cameras saw it; prints as ``S5/Walking-1/000123``.

    ``frame`` counts from 1, as Human3.6M does.
    """

    subject: str
    action: str
    frame: int

    def __str__(self) -> str:
        return f"{self.subject}/{self.action}/{self.frame:06d}"

    @property
    def sequence(self) -> str:
        """Subject and action, ``S5/Walking-1``."""
        return f"{self.subject}/{self.action}"


@dataclass(frozen=True, order=True, slots=True)
class FrameKey:
    """One image: an instant seen by one camera; prints as ``S5/Walking-1/54138969/000123``."""

    subject: str
    action: str
    camera: str
    frame: int

    def __str__(self) -> str:
        return f"{self.subject}/{self.action}/{self.camera}/{self.frame:06d}"

    @property
    def instant(self) -> InstantKey:
        """The same moment without its camera."""
        return InstantKey(self.subject, self.action, self.frame)

    @property
    def sequence(self) -> str:
        """Subject and action, ``S5/Walking-1``."""
        return f"{self.subject}/{self.action}"


def compose(name: str) -> str:
    """A name with each accented letter as one character (Unicode's NFC): some systems write them as two."""
    return unicodedata.normalize("NFC", name)


def parse_key(text: str) -> FrameKey | InstantKey:
    """Read a key with or without its camera part.

    Raises:
        DatasetError: ``text`` has neither form, or its frame number is too large.
    """
    parts = compose(text).strip().split("/")
    if len(parts) in (3, 4) and all(parts) and parts[-1].isdecimal() and parts[-1].strip("0"):
        if len(parts[-1].lstrip("0")) > 10 or int(parts[-1]) > LARGEST_FRAME:  # int() refuses 5,000 digits
            raise DatasetError(
                f"{text[:80]!r} has frame number {parts[-1][:40]}; they go up to {LARGEST_FRAME}"
            )
        frame = int(parts[-1])
        if len(parts) == 3:
            return InstantKey(parts[0], parts[1], frame)
        return FrameKey(parts[0], parts[1], parts[2], frame)
    raise DatasetError(
        f"{text!r} is no frame key; expected subject/action/camera/frame such as "
        "S5/Walking-1/54138969/000123, or the same without the camera"
    )


@dataclass(frozen=True, slots=True)
class BodyParameters:
    """Parameters of N bodies, with smplx's meaning of ``global_orient`` and ``transl``.

    The body is rotated about its rest pelvis and then moved by ``transl``. The frame (camera or world) is
    told by where the record comes from.

    Attributes:
        global_orient: axis-angle, (N, 3).
        body_pose: axis-angle of joints 1-23, (N, 69).
        betas: shape coefficients, (N, 10).
        transl: metres, (N, 3); NaN where it is unknown.
    """

    global_orient: FloatArray
    body_pose: FloatArray
    betas: FloatArray
    transl: FloatArray

    def __post_init__(self) -> None:
        rows = len(self.global_orient)
        for name, width in (("global_orient", 3), ("body_pose", 69), ("betas", BETAS), ("transl", 3)):
            shape = getattr(self, name).shape
            if shape != (rows, width):
                raise DatasetError(f"body parameter {name} has shape {shape}; expected ({rows}, {width})")

    def __len__(self) -> int:
        return len(self.global_orient)

    def __getitem__(self, rows: slice | NDArray[Any]) -> BodyParameters:
        return BodyParameters(
            self.global_orient[rows], self.body_pose[rows], self.betas[rows], self.transl[rows]
        )

    @property
    def pose(self) -> FloatArray:
        """Axis-angle of all 24 joints, (N, 24, 3)."""
        return np.concatenate([self.global_orient, self.body_pose], axis=1).reshape(-1, BODY_JOINTS, 3)
