"""Masks that somebody else made are read, whatever they are kept in."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import h5py
import numpy as np
import pytest

from core.errors import DatasetError
from core.project.project import Project
from core.segment.instances import measure_overlap
from core.segment.mask_files import FileMasks, decode_run_lengths

Room = tuple[Project, dict[str, np.ndarray]]


def write_folder(root: Path, folder: str, suffix: str, masks: dict[str, np.ndarray]) -> None:
    for key, mask in masks.items():
        subject, action, camera, number = key.split("/")
        path = root / subject / action / folder / camera / f"img_{number}{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        picture = mask.astype(np.uint8) * 255
        picture[:2, :2] = 255
        cv2.imwrite(str(path), picture)


@pytest.mark.parametrize(("folder", "suffix"), [("maskSequence", ".jpg"), ("", ".png")])
def test_folders_of_pictures_are_read(room: Room, tmp_path: Path, folder: str, suffix: str) -> None:
    project, truth = room
    write_folder(tmp_path, folder, suffix, {key: truth[key] for key in list(truth)[:2]})
    masks = FileMasks(project, tmp_path)
    for row in (0, 1):
        mask = masks.segment(row)
        assert mask is not None
        assert measure_overlap(mask, truth[str(project.keys[row])]) > 0.97
    assert masks.segment(5) is None


def compress(mask: np.ndarray) -> str:
    """COCO's compressed run lengths, by the rules of cocoapi's maskApi.c."""
    flat = mask.T.ravel()
    edges = np.flatnonzero(np.diff(flat.astype(int))) + 1
    runs = np.diff(np.concatenate([[0], edges, [flat.size]])).tolist()
    runs = [0, *runs] if flat[0] else runs
    text = ""
    for number, run in enumerate(runs):
        value = run - runs[number - 2] if number > 2 else run
        more = True
        while more:
            group, value = value & 0x1F, value >> 5
            more = value != -1 if group & 0x10 else value != 0
            text += chr((group | (0x20 if more else 0)) + 48)
    return text


def test_run_lengths_are_coco_s(room: Room, tmp_path: Path) -> None:
    project, truth = room
    mask = truth[str(project.keys[0])]
    # As pycocotools writes a mask of 2x3 pixels whose last column is set.
    assert decode_run_lengths("42", 2, 3).tolist() == [[False, False, True]] * 2
    np.testing.assert_array_equal(decode_run_lengths(compress(mask), *mask.shape), mask)
    assert decode_run_lengths([1, 2, 3], 2, 3).T.ravel().tolist() == [False, True, True, False, False, False]
    with pytest.raises(DatasetError, match="do not fill a mask of 3 x 2"):
        decode_run_lengths([1, 2], 2, 3)
    content = {
        "images": [{"id": 7, "file_name": "S1/Turning-1/imageSequence/left/img_000001.jpg"}],
        "annotations": [
            {"image_id": 7, "segmentation": {"size": list(mask.shape), "counts": compress(mask)}}
        ],
    }
    (tmp_path / "coco.json").write_text(json.dumps(content))
    read = FileMasks(project, tmp_path / "coco.json")
    found = read.segment(0)
    assert found is not None
    np.testing.assert_array_equal(found, mask)
    assert read.segment(1) is None
    content["annotations"][0]["segmentation"] = [[1, 2, 3, 4]]
    (tmp_path / "coco.json").write_text(json.dumps(content))
    with pytest.raises(DatasetError, match="is no run lengths"):
        FileMasks(project, tmp_path / "coco.json").segment(0)


def write_mat(path: Path, masks: list[np.ndarray]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with h5py.File(path, "w") as file:
        references = file.create_dataset("Masks", (len(masks), 1), dtype=h5py.ref_dtype)
        for number, mask in enumerate(masks):
            file[f"m{number}"] = mask.T.astype(np.uint8)
            references[number, 0] = file[f"m{number}"].ref


def test_human36m_s_own_masks_are_read_and_its_boxes_refused(room: Room, tmp_path: Path) -> None:
    project, truth = room
    masks = [truth[f"S1/Turning-1/left/{number:06d}"] for number in range(1, 5)]
    path = tmp_path / "S1" / "MySegmentsMat" / "ground_truth_bs" / "Turning 1.60457274.mat"
    write_mat(path, masks)
    with pytest.raises(DatasetError, match=r"is 240 x 200 pixels; its camera's pictures are"):
        FileMasks(project, tmp_path)._read(
            type(project.keys[0])("S1", "Turning-1", "60457274", 2), 1000, 1002
        )
    found = FileMasks(project, tmp_path)._read(
        type(project.keys[0])("S1", "Turning-1", "60457274", 2), 240, 200
    )
    np.testing.assert_array_equal(found, masks[1])
    boxes = []
    for mask in masks:
        box = np.zeros_like(mask)
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        box[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] = True
        boxes.append(box)
    write_mat(path, boxes)
    with pytest.raises(DatasetError, match=r"filled boxes \(ground_truth_bb\), not silhouettes"):
        FileMasks(project, tmp_path)


def test_what_holds_no_masks_is_told(room: Room, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="holds no PNG or JPEG"):
        FileMasks(room[0], tmp_path)
    with pytest.raises(DatasetError, match="expected a folder of masks"):
        FileMasks(room[0], tmp_path / "gone")
