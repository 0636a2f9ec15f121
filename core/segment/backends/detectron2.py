"""Backend ``detectron2``: Mask R-CNN by Detectron2 (:mod:`core.segment.mask_rcnn`)."""

from __future__ import annotations

from core.segment.backend import Backend
from core.segment.mask_rcnn import MaskRcnn

BACKEND = Backend(
    "detectron2",
    "Mask R-CNN with --weights, where Detectron2 is installed",
    lambda project, files: MaskRcnn(project, "detectron2", files.weights),
)
