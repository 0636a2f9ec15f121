"""Mask R-CNN against stand-ins for its libraries: how they fail, what reaches them and what is made of it."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core.data.images import read_image
from core.errors import SettingsError, UntrustedFileError
from core.project.project import Project
from core.segment.instances import measure_overlap
from core.segment.mask_rcnn import MaskRcnn

Room = tuple[Project, dict[str, np.ndarray]]
Install = Callable[..., None]

#: Finds two people where the picture is reddish, the true one and one above, and a chair; keeps its input.
_DETECTRON2 = """
from types import SimpleNamespace
import torch
seen = []
class DefaultPredictor:
    def __init__(self, config):
        self.config = config
    def __call__(self, picture):
        seen.append((picture, self.config))
        person = torch.from_numpy((picture[..., 2] > 140) & (picture[..., 1] < 80))
        masks = torch.stack([person, torch.roll(person, -60, 0), person])
        return {"instances": SimpleNamespace(
            pred_classes=torch.tensor([0, 0, 56]), pred_masks=masks, scores=torch.tensor([0.6, 0.9, 0.99]))}
"""
#: Of COCO's 91 numbers, in which 1 is a person and 62 a chair; masks are shares.
_TORCHVISION = """
import torch
seen = []
class Model:
    def load_state_dict(self, state): pass
    def eval(self): pass
    def __call__(self, pictures):
        seen.extend(pictures)
        person = ((pictures[0][0] > 0.55) & (pictures[0][1] < 0.31)).float()
        masks = torch.stack([0.9 * person, torch.roll(person, -60, 0), 0.9 + 0 * person, person])[:, None]
        return [{"labels": torch.tensor([1, 1, 62, 1]), "scores": torch.tensor([0.8, 0.9, 0.99, 0.01]),
                 "masks": masks}]
def maskrcnn_resnet50_fpn(weights, weights_backbone):
    return Model()
"""
_MODEL_ZOO = """
from types import SimpleNamespace as Node
def get_config(name):
    return Node(MODEL=Node(WEIGHTS="", DEVICE="cuda", ROI_HEADS=Node(SCORE_THRESH_TEST=0.05)))
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Writes a package that is found before any other of its name, while the test runs."""

    def write(package: str, **modules: str) -> None:
        folder = tmp_path / "packages" / package
        folder.mkdir(parents=True)
        for module, text in {"__init__": "", **modules}.items():
            (folder / f"{module}.py").write_text(text)
        for name in [name for name in sys.modules if name.split(".")[0] == package]:
            monkeypatch.delitem(sys.modules, name)
        monkeypatch.syspath_prepend(tmp_path / "packages")
        for module in ("", *(f".{module}" for module in modules if module != "__init__")):
            monkeypatch.setitem(sys.modules, f"{package}{module}", None)  # so that it is put back afterwards
            del sys.modules[f"{package}{module}"]

    return write


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    torch = pytest.importorskip("torch")
    torch.save({"model": {"a": torch.zeros(2)}}, tmp_path / "w.pth")
    return tmp_path / "w.pth"


def test_a_torchvision_of_another_torch_is_told(room: Room, install: Install, weights: Path) -> None:
    install("torchvision", __init__='raise RuntimeError("operator torchvision::nms does not exist")')
    with pytest.raises(SettingsError, match=r"does not match this torch.*nms does not exist"):
        MaskRcnn(room[0], "torchvision", weights)


def test_a_torchvision_that_lost_its_operators_is_told(room: Room, install: Install, weights: Path) -> None:
    install("torchvision", extension="def _has_ops(): return False")
    with pytest.raises(SettingsError, match="has lost its operators"):
        MaskRcnn(room[0], "torchvision", weights)


def test_a_malicious_checkpoint_is_refused_before_a_library_sees_it(
    room: Room, install: Install, tmp_path: Path
) -> None:
    class Bomb:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return Path.touch, (tmp_path / "harm",)  # type: ignore[return-value]

    (tmp_path / "w.pth").write_bytes(pickle.dumps(Bomb(), protocol=2))
    install("detectron2", engine=_DETECTRON2, model_zoo=_MODEL_ZOO)
    with pytest.raises(UntrustedFileError, match="holds more than tensors"):
        MaskRcnn(room[0], "detectron2", tmp_path / "w.pth")
    assert not (tmp_path / "harm").exists()


def test_detectron2_sees_blue_first_and_the_person_at_the_body_s_place_is_taken(
    room: Room, install: Install, weights: Path
) -> None:
    project, truth = room
    install("detectron2", engine=_DETECTRON2, model_zoo=_MODEL_ZOO)
    mask = MaskRcnn(project, "detectron2", weights).segment(3)
    from detectron2.engine import seen

    picture, config = seen[0]
    np.testing.assert_array_equal(picture[..., ::-1], read_image(project.image_path(3)))
    assert config.MODEL.DEVICE == "cpu"
    assert str(weights) == config.MODEL.WEIGHTS
    assert mask is not None
    assert measure_overlap(mask, truth[str(project.keys[3])]) > 0.9


def test_torchvision_sees_shares_of_red_first_and_chairs_are_nobody(
    room: Room, install: Install, weights: Path
) -> None:
    project, truth = room
    install(
        "torchvision",
        __init__="from types import SimpleNamespace\nfrom torchvision import detection\n"
        "models = SimpleNamespace(detection=detection)",
        detection=_TORCHVISION,
        extension="def _has_ops(): return True",
    )
    mask = MaskRcnn(project, "torchvision", weights).segment(3)
    from torchvision.detection import seen

    np.testing.assert_allclose(
        seen[0].numpy().transpose(1, 2, 0) * 255, read_image(project.image_path(3)), atol=1e-3
    )
    assert mask is not None
    assert measure_overlap(mask, truth[str(project.keys[3])]) > 0.9
