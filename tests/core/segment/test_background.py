"""The background model finds the person."""

from __future__ import annotations

import numpy as np

from core.data.images import read_image
from core.project.project import Project
from core.segment.background import BackgroundSegmenter, cut_out
from core.segment.body_silhouette import BodySilhouettes
from core.segment.edge import refine_edge
from core.segment.instances import measure_overlap
from core.segment.room import estimate_room

Room = tuple[Project, dict[str, np.ndarray]]


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


def test_clothes_of_nearly_the_shadowed_floors_colour_are_no_shadow() -> None:
    stream = np.random.default_rng(0)
    rows, columns = np.mgrid[:200, :160]
    person = (np.abs(columns - 80) < 20) & (np.abs(rows - 100) < 70)
    shadow = (np.abs(columns - 110) < 20) & (np.abs(rows - 150) < 15) & ~person
    floor = np.array([150.0, 120, 110]) * np.ones((200, 160, 1))
    seen = np.where(shadow[..., None], 0.72 * floor, floor)
    seen[person] = 0.72 * floor[person] + (-7, 6, -1)
    picture, room = (
        np.clip(colours + stream.normal(scale=2.5, size=floor.shape), 0, 255).astype(np.uint8)
        for colours in (seen, floor)
    )
    keypoints = np.array([(80.0, 35), (80, 165)])
    body = (np.abs(columns - 80) < 22) & (np.abs(rows - 98) < 70)
    mask = cut_out(picture, room, keypoints, ((0, 1),), body, side=140.0)
    assert mask is not None
    assert measure_overlap(mask, person) > 0.9


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
