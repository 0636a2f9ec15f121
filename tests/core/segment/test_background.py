"""The background model finds the person."""

from __future__ import annotations

import numpy as np

from core.data.images import read_image
from core.project.project import Project
from core.segment.background import BackgroundSegmenter, cut_out
from core.segment.body_silhouette import BodySilhouettes
from core.segment.colour_density import ColourDensity, sample_changed
from core.segment.cut import cut
from core.segment.edge import refine_edge
from core.segment.evidence import weigh_room
from core.segment.instances import measure_overlap
from core.segment.room import Room, estimate_room
from core.segment.whereabouts import Whereabouts

RoomProject = tuple[Project, dict[str, np.ndarray]]


def test_the_background_model_finds_the_person(room: RoomProject) -> None:
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
    room = estimate_room(pictures, trust, np.ones(5, bool)).picture
    assert (room[:, :5] == 80).all()
    assert np.abs(room[:, 5].astype(int) - 80).max() < 5  # filled in from around, not taken from the person


def test_a_stool_of_one_sequence_is_in_its_room_alone() -> None:
    pictures = np.full((6, 4, 6, 3), 80, np.uint8)
    own = np.arange(6) < 3
    pictures[own, :, 2] = 30
    trust = np.ones((6, 4, 6), np.float32)
    trust[0, :, 2] = trust[own, :, 4] = 0
    room = estimate_room(pictures, trust, own).picture
    assert (room[:, 2] == 30).all()
    assert (room[:, 4] == 80).all()  # which the person covers throughout, from the other sequence
    assert (estimate_room(pictures, trust, ~own).picture[:, 2] == 80).all()


def test_the_shadow_of_somebody_who_stood_still_is_not_in_the_room() -> None:
    pictures = np.full((6, 4, 6, 3), (120, 100, 90), np.uint8)
    own = np.arange(6) < 3
    pictures[own, :, 2] = (84, 70, 63)
    pictures[own, :, 4] = (84, 70, 90)  # of another colour: a thing, not a shadow
    room = estimate_room(pictures, np.ones((6, 4, 6), np.float32), own).picture
    assert (room[:, 2] == (120, 100, 90)).all()
    assert (room[:, 4] == (84, 70, 90)).all()


def test_somebody_beside_the_estimated_body_is_outvoted_by_the_room() -> None:
    stream = np.random.default_rng(0)
    pictures = np.full((12, 4, 6, 3), 80, np.uint8)
    pictures[:8, :, 3] = stream.integers(120, 220, size=(8, 4, 1))  # folds of clothes, in most pictures
    trust = np.full((12, 4, 6), 0.3, np.float32)  # all of it near where the body was estimated
    room = estimate_room(pictures, trust, np.arange(12) < 8).picture
    assert (room[:, 3] == 80).all()


def test_means_lose_a_sensors_noise_and_keep_a_compressed_pictures() -> None:
    stream = np.random.default_rng(0)
    room = np.full((60, 60, 3), (120, 100, 90), np.uint8)
    trust = np.ones((8, 60, 60), np.float32)
    fine = stream.normal(scale=4, size=(8, 60, 60, 3))
    coarse = np.kron(stream.normal(scale=4, size=(8, 6, 6, 3)), np.ones((1, 10, 10, 1)))
    shares = [
        estimate_room(np.clip(room + noise, 0, 255).astype(np.uint8), trust, np.ones(8, bool)).averaged
        for noise in (fine, coarse)
    ]
    assert shares[0] < 0.3
    assert shares[1] > 0.75


def test_labels_beside_their_joints_do_not_shape_a_mask(room: RoomProject) -> None:
    project, _ = room
    row = 4
    picture = read_image(project.image_path(row))
    studied = BackgroundSegmenter(project).study(row)
    body = BodySilhouettes(project).draw(row)
    keypoints = project.keypoints(np.array([row]))[0].astype(np.float64)
    right_for_left = keypoints[[0, 4, 5, 6, 1, 2, 3, *range(7, 17)]]
    masks = []
    for labels in (keypoints, keypoints + np.array([3, 0]), right_for_left):
        where = Whereabouts.find(picture.shape[:2], labels, project.joint_set.bones, body)
        assert where is not None
        mask = cut_out(picture, studied[0], where, studied[1])
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
    body = (np.abs(columns - 80) < 22) & (np.abs(rows - 98) < 70)
    where = Whereabouts(140.0, body, body, body)
    mask = cut_out(picture, Room(room, np.full(room.shape[:2], 2.5, np.float32)), where, ColourDensity())
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


def test_a_shirt_of_the_walls_colour_is_told_by_its_folds_and_by_what_was_seen_before() -> None:
    stream = np.random.default_rng(0)
    rows, columns = np.mgrid[:120, :100]
    shirt = (np.abs(columns - 50) < 15) & (np.abs(rows - 60) < 40)
    wall = np.full((120, 100, 3), (180, 176, 168), np.uint8)
    folds = 1 - 0.08 * np.sin(rows / 3.0 + columns / 5.0) ** 2
    cloth = np.array([172.0, 171, 166]) * folds[..., None] + stream.normal(scale=2, size=wall.shape)
    picture = np.where(shirt[..., None], cloth, wall).astype(np.uint8)
    noise = np.full(shirt.shape, 0.8, np.float32)
    colours = ColourDensity([picture[shirt]])
    odds = colours.weigh(picture) - weigh_room(picture, wall, noise)
    assert np.median(odds[shirt]) > 3
    assert np.median(odds[~shirt]) < -3
    unknown = ColourDensity().weigh(picture) - weigh_room(picture, wall, noise)
    assert np.median(unknown[shirt]) < np.median(odds[shirt])


def test_a_shadow_is_the_room() -> None:
    stream = np.random.default_rng(0)
    floor = np.array([140.0, 112, 98]) + stream.normal(scale=9, size=(80, 80, 1))
    darkness = 0.45 * np.exp(-(((np.mgrid[:80, :80] - 40) / 15.0) ** 2).sum(axis=0))
    picture, room = (
        np.clip(colours + stream.normal(scale=1.5, size=floor.shape), 0, 255).astype(np.uint8)
        for colours in (floor * (1 - darkness[..., None]), floor)
    )
    odds = ColourDensity().weigh(picture) - weigh_room(picture, room, np.full((80, 80), 2.0, np.float32))
    assert (odds < 0).mean() > 0.97
    assert np.median(odds[35:45, 35:45]) < -3


def test_a_cut_sees_through_evidence_that_is_mostly_noise() -> None:
    rows, columns = np.mgrid[:60, :60]
    square = (np.abs(rows - 30) < 15) & (np.abs(columns - 30) < 15)
    odds = np.where(square, 5, -5) + np.random.default_rng(0).normal(scale=3, size=square.shape)
    barred = columns > 40
    true = square & ~barred
    assert measure_overlap((odds > 0) & ~barred, true) < 0.9
    mask = cut(odds, barred)
    assert measure_overlap(mask, true) > 0.95
    assert not mask[barred].any()


def test_colours_that_are_surely_the_rooms_are_not_learned() -> None:
    room = np.full((40, 40, 3), 150, np.uint8)
    picture = room.copy()
    picture[:20] = (60, 80, 160)
    picture[30:] = 100  # shadow
    learned = sample_changed(picture, room, np.ones((40, 40), np.float32), np.ones((40, 40), bool))
    assert (learned == (60, 80, 160)).all()
    assert len(learned) == 10 * 20
