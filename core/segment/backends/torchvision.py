"""Backend ``torchvision``: Mask R-CNN by torchvision (:mod:`core.segment.mask_rcnn`)."""

from __future__ import annotations

from core.segment.backend import Backend
from core.segment.mask_rcnn import MaskRcnn

BACKEND = Backend(
    "torchvision",
    "Mask R-CNN with --weights, where torchvision is installed",
    lambda project, files: MaskRcnn(project, "torchvision", files.weights),
)
