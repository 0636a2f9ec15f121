"""Masks are made from pictures or read from files, can be resumed, and are looked over."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import h5py
import numpy as np
import pytest

from core.data.images import read_image
from core.errors import DatasetError, SettingsError
from core.project.project import Project
from core.segment.backend import Backend
from core.segment.backends import BACKENDS
from core.segment.background import BackgroundSegmenter, cut_out
from core.segment.body_silhouette import BodySilhouettes
from core.segment.edge import refine_edge
from core.segment.instances import choose_instance, measure_overlap
from core.segment.mask_files import FileMasks, decode_run_lengths
from core.segment.mask_lint import lint_mask
from core.segment.mask_rcnn import MaskRcnn
from core.segment.room import estimate_room
from core.segment.segment_project import segment_project

Room = tuple[Project, dict[str, np.ndarray]]


def test_the_body_is_drawn_where_it_is_seen(room: Room) -> None:
    project, truth = room
    bodies = BodySilhouettes(project)
    for row in (0, 9):
        drawn = bodies.draw(row)
        assert drawn is not None
        assert measure_overlap(drawn, truth[str(project.keys[row])]) > 0.98


def test_the_background_model_finds_the_person(room: Room) -> None:
    project, truth = room
    segmenter = BackgroundSegmenter(project)
    overlaps = []
    for row in range(0, 16, 3):
        mask = segmenter.segment(row)
        assert mask is not None
        overlaps.append(measure_overlap(mask, truth[str(project.keys[row])]))
    assert np.mean(overlaps) > 0.93


def test_the_room_is_seen_where_the_person_is_not() -> None:
    pictures = np.full((5, 4, 6, 3), 80, np.uint8)
    trust = np.ones((5, 4, 6), np.float32)
    for number in range(5):
        pictures[number, :, number] = 200  # the person walks through
        trust[number, :, number] = 0
    pictures[:, :, 5] = 150
    trust[:, :, 5] = 0  # and something hides the last column always
    room = estimate_room(pictures, trust, np.ones(5, bool))
    assert (room[:, :5] == 80).all()
    assert np.abs(room[:, 5].astype(int) - 80).max() < 5  # filled in from around, not taken from the person


def test_a_stool_of_one_sequence_is_in_its_room_alone() -> None:
    pictures = np.full((6, 4, 6, 3), 80, np.uint8)
    own = np.arange(6) < 3
    pictures[own, :, 2] = 30
    trust = np.ones((6, 4, 6), np.float32)
    trust[0, :, 2] = trust[own, :, 4] = 0
    room = estimate_room(pictures, trust, own)
    assert (room[:, 2] == 30).all()
    assert (room[:, 4] == 80).all()  # which the person covers throughout, from the other sequence
    assert (estimate_room(pictures, trust, ~own)[:, 2] == 80).all()


def test_somebody_beside_the_estimated_body_is_outvoted_by_the_room() -> None:
    stream = np.random.default_rng(0)
    pictures = np.full((12, 4, 6, 3), 80, np.uint8)
    pictures[:8, :, 3] = stream.integers(120, 220, size=(8, 4, 1))  # folds of clothes, in most pictures
    trust = np.full((12, 4, 6), 0.3, np.float32)  # all of it near where the body was estimated
    room = estimate_room(pictures, trust, np.arange(12) < 8)
    assert (room[:, 3] == 80).all()


def test_labels_beside_their_joints_do_not_shape_a_mask(room: Room) -> None:
    project, _ = room
    row = 4
    picture = read_image(project.image_path(row))
    empty = BackgroundSegmenter(project).find_room(row)
    body = BodySilhouettes(project).draw(row)
    keypoints = project.keypoints(np.array([row]))[0].astype(np.float64)
    right_for_left = keypoints[[0, 4, 5, 6, 1, 2, 3, *range(7, 17)]]
    masks = []
    for labels in (keypoints, keypoints + np.array([3, 0]), right_for_left):
        mask = cut_out(picture, empty, labels, project.joint_set.bones, body, side=100.0)
        assert mask is not None
        masks.append(mask)
    assert measure_overlap(masks[0], masks[1]) > 0.97
    assert measure_overlap(masks[0], masks[2]) > 0.97


def test_a_border_lies_where_the_picture_is_half_person() -> None:
    rows, columns = np.mgrid[:80, :80]
    distance = np.hypot(rows - 40, columns - 40.3)
    share = np.clip(25.5 - distance, 0, 1)
    room = np.full((80, 80, 3), (120, 110, 100), np.uint8)
    picture = (room * (1 - share[..., None]) + share[..., None] * (60, 80, 160)).astype(np.uint8)
    true = share > 0.5
    for rough in (true, distance < 27, distance < 24):
        assert measure_overlap(refine_edge(rough, picture, room), true) > 0.99
    assert (refine_edge(true, room, room) == true).all()  # where nothing tells them apart


def test_segmenting_goes_on_where_it_stopped(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    project, truth = room

    class Counting:
        calls = 0

        def segment(self, row: int) -> np.ndarray | None:
            self.calls += 1
            if row == 2:
                raise DatasetError("picture 2 is damaged")
            return None if row == 1 else truth[str(project.keys[row])]

    counting, told = Counting(), []
    monkeypatch.setitem(BACKENDS, "test", Backend("test", "", lambda project, files: counting))
    report = segment_project(project, "test", rows=np.arange(4), progress=lambda *step: told.append(step))
    assert (report.made, report.kept, report.nobody) == (3, 0, 1)
    assert list(report.failed.values()) == ["picture 2 is damaged"]
    assert told[-1] == (4, 4, "segmenting")
    assert report.mean_overlap is not None
    assert report.mean_overlap > 0.95
    again = segment_project(project, "test", rows=np.arange(4))
    assert (again.made, again.kept, counting.calls) == (0, 3, 5)
    masks = project.read_masks(np.arange(3))
    assert np.isfinite(masks[0]).all()
    assert np.isnan(masks[1:]).all()
    crop = project.crops(np.array([0]))[0]
    seen = truth[str(project.keys[0])]
    assert masks[0].sum() == pytest.approx(seen.sum() * crop[2] ** 2, rel=0.02)
    assert project.mask_path(0) == project.path / "masks/test/S1/Turning-1/left/img_000001.png"
    assert project.mask_path(3) is not None


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


def test_the_instance_at_the_body_s_place_is_taken() -> None:
    body = np.zeros((20, 20), bool)
    body[5:15, 5:10] = True
    somebody, person = np.roll(body, 10, axis=1), np.roll(body, 1, axis=1)
    masks, scores = np.stack([somebody, person]), np.array([0.99, 0.6])
    assert choose_instance(masks, scores, body) is not None
    np.testing.assert_array_equal(choose_instance(masks, scores, body), person)
    np.testing.assert_array_equal(choose_instance(masks, scores, None), somebody)
    assert choose_instance(masks[:1], scores[:1], body) is None
    assert choose_instance(masks[:0], scores[:0], body) is None


def test_masks_are_looked_over() -> None:
    body = np.zeros((40, 40), bool)
    body[10:30, 15:25] = True
    assert lint_mask(body, body).problems == ()
    cut = np.zeros_like(body)
    cut[20:, 15:25] = True
    report = lint_mask(cut, body)
    assert report.truncated
    assert any("cut by the picture's border" in problem for problem in report.problems)
    assert any("overlaps the estimated body by 0.33" in problem for problem in report.problems)
    large = np.zeros_like(body)
    large[5:35, 10:30] = True
    assert lint_mask(large, body).problems == (
        "overlaps the estimated body by 0.33 only",
        "is 3.0 times as large as the estimated body",
    )
    assert lint_mask(None, body).problems == ("nobody was found",)


@pytest.mark.parametrize("backend", ["torchvision", "detectron2"])
def test_a_back_end_that_is_missing_tells_the_remedy(room: Room, tmp_path: Path, backend: str) -> None:
    with pytest.raises(DatasetError, match="give --weights"):
        MaskRcnn(room[0], backend, None)
    try:
        __import__(backend)
    except ImportError:
        (tmp_path / "w.pth").write_bytes(b"")
        with pytest.raises(SettingsError, match=f"{backend} is not installed.*background"):
            MaskRcnn(room[0], backend, tmp_path / "w.pth")
