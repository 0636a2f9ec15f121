"""Mask R-CNN by torchvision or Detectron2, whichever is installed, with weights from a file of the user's.

Neither is a dependency: both are tied to one build of torch. A torchvision that does not match it fails at
import with RuntimeError, or loses its operators silently, and its Python stand-in for one of them takes
gigabytes; so both are looked at before anything runs.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.data.images import read_image
from core.errors import DatasetError, SettingsError
from core.segment.body_silhouette import BodySilhouettes
from core.segment.instances import choose_instance
from core.torch_files import load_tensors
from core.types import BoolArray

if TYPE_CHECKING:
    from core.project.project import Project

#: COCO's category of people: 1 with torchvision's background at 0, 0 in Detectron2.
_TORCHVISION_PERSON, _DETECTRON2_PERSON = 1, 0
_LEAST_SCORE = 0.5


class MaskRcnn:
    """Segments people by Mask R-CNN, and takes the one that overlaps the estimated body.

    Args:
        project: whose frames.
        backend: ``torchvision`` or ``detectron2``.
        weights: file of the model's weights.

    Raises:
        SettingsError: the library is missing or does not work; the message tells the remedy.
        DatasetError: the weights are missing or do not fit.
        UntrustedFileError: the weights file holds more than tensors.
    """

    def __init__(self, project: Project, backend: str, weights: Path | str | None) -> None:
        if weights is None or not Path(weights).is_file():
            raise DatasetError(
                f"{weights}: no such weights file; give --weights, the file of a Mask R-CNN for COCO"
            )
        self._project = project
        self._bodies = BodySilhouettes(project)
        load = _load_torchvision if backend == "torchvision" else _load_detectron2
        self._detect = load(Path(weights))

    def segment(self, row: int) -> BoolArray | None:
        """The mask (H, W) of the person whose body is estimated there; None where nobody is found there.

        Raises:
            DatasetError: the picture is missing or damaged.
        """
        masks, scores = self._detect(read_image(self._project.image_path(row)))
        return choose_instance(masks, scores, self._bodies.draw(row))


def _load_torchvision(weights: Path) -> Any:
    if importlib.util.find_spec("torchvision") is None:
        raise SettingsError(
            "torchvision is not installed; install the build that matches this torch, or use --backend "
            "background"
        )
    try:
        import torch
        import torchvision
        from torchvision.extension import _has_ops
    except (ImportError, RuntimeError) as error:
        raise SettingsError(f"torchvision does not match this torch ({error}); install its build") from error
    if not _has_ops():
        raise SettingsError("torchvision has lost its operators; install the build that matches this torch")
    model = torchvision.models.detection.maskrcnn_resnet50_fpn(weights=None, weights_backbone=None)
    state = _read_state(weights)
    try:
        model.load_state_dict(state)
    except RuntimeError as error:
        reason = str(error).splitlines()[0]
        raise DatasetError(f"{weights}: fits no maskrcnn_resnet50_fpn ({reason})") from error
    model.eval()

    def detect(picture: NDArray[np.uint8]) -> tuple[NDArray[np.bool_], NDArray[np.floating]]:
        with torch.no_grad():
            found = model([torch.from_numpy(picture).permute(2, 0, 1).float() / 255])[0]
        people = (found["labels"] == _TORCHVISION_PERSON) & (found["scores"] >= _LEAST_SCORE)
        return found["masks"][people, 0].numpy() > 0.5, found["scores"][people].numpy()

    return detect


def _load_detectron2(weights: Path) -> Any:
    if importlib.util.find_spec("detectron2") is None:
        raise SettingsError(
            "detectron2 is not installed; build it against this torch, or use --backend background"
        )
    try:
        from detectron2 import model_zoo
        from detectron2.engine import DefaultPredictor
    except (ImportError, RuntimeError) as error:
        raise SettingsError(f"detectron2 cannot be imported ({error}); see docs/backends.md") from error
    _read_state(weights)  # refuse what is no plain checkpoint before its own loader sees it
    config = model_zoo.get_config("COCO-InstanceSegmentation/mask_rcnn_R_50_FPN_3x.yaml")
    config.MODEL.WEIGHTS = str(weights)
    config.MODEL.DEVICE = "cpu"
    config.MODEL.ROI_HEADS.SCORE_THRESH_TEST = _LEAST_SCORE
    predictor = DefaultPredictor(config)

    def detect(picture: NDArray[np.uint8]) -> tuple[NDArray[np.bool_], NDArray[np.floating]]:
        found = predictor(np.ascontiguousarray(picture[..., ::-1]))["instances"]
        people = found.pred_classes.numpy() == _DETECTRON2_PERSON
        return found.pred_masks.numpy()[people], found.scores.numpy()[people]

    return detect


def _read_state(weights: Path) -> dict[str, Any]:
    """The tensors of a checkpoint, with or without a ``model`` around them."""
    if weights.suffix == ".pkl":
        from core.pickles import load_pickle

        loaded = load_pickle(weights)  # Detectron2's zoo: names and numpy arrays
    else:
        loaded = load_tensors(weights, what="checkpoint")
    if not isinstance(loaded, dict):
        raise DatasetError(f"{weights}: holds a {type(loaded).__name__}; expected named tensors")
    inner = loaded.get("model", loaded)
    return inner if isinstance(inner, dict) else loaded
