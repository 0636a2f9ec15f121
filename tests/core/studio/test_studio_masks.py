"""Masks are the true silhouettes, spoiled a little."""

from __future__ import annotations

import numpy as np
import pytest

from core.data.images import read_mask
from core.silhouette.contour import close_mesh
from core.studio.mask_failures import find_extremities, spoil
from core.studio.masks import segment, write_mask
from core.studio.paths import mask_path
from core.studio.scene import draw_scene
from core.studio.silhouettes import draw_silhouette
from core.studio.sizes import get_size
from core.studio.streams import open_stream
from core.studio.views import list_views


@pytest.fixture(scope="module")
def scene():
    return draw_scene(3, get_size("small"))


@pytest.fixture(scope="module")
def silhouettes(scene):
    """Silhouettes of some views, by key."""
    mesh, views = close_mesh(scene.body.faces), list_views(scene)
    vertices = scene.pose(np.arange(len(scene)))
    return {
        views.keys[row]: draw_silhouette(vertices[views.instants[row]], views.cameras[row], mesh)
        for row in range(0, len(views), 23)
    }


def test_written_masks_overlap_the_true_silhouettes_but_not_perfectly(silhouettes, studio_small):
    overlaps = []
    for key, silhouette in silhouettes.items():
        mask = read_mask(mask_path(studio_small / "dataset", key), silhouette.width, silhouette.height)
        true = silhouette.fill(silhouette.inside)
        overlaps.append((mask & true).sum() / (mask | true).sum())
    assert min(overlaps) > 0.7
    assert 0.82 < np.mean(overlaps) < 0.95


def test_masks_are_neither_too_large_nor_too_small_on_average(silhouettes):
    ratios = [
        segment(silhouette, open_stream(seed, "mask")).sum() / silhouette.inside.sum()
        for silhouette in silhouettes.values()
        for seed in range(4)
    ]
    assert np.mean(ratios) == pytest.approx(1, abs=0.05)
    assert np.std(ratios) > 0.02


def test_without_noise_only_holes_are_missing(silhouettes):
    for silhouette in silhouettes.values():
        mask = segment(silhouette, open_stream(0, "mask"), noise=0.0)
        assert not (mask & ~silhouette.inside).any()
        assert mask.sum() > 0.9 * silhouette.inside.sum()


def test_a_mask_reads_back_as_it_was_written(silhouettes, tmp_path):
    silhouette = next(iter(silhouettes.values()))
    mask = silhouette.fill(segment(silhouette, open_stream(0, "mask")))
    write_mask(tmp_path / "mask.jpg", mask)
    read = read_mask(tmp_path / "mask.jpg", silhouette.width, silhouette.height)
    assert (read != mask).mean() < 1e-4


def test_clothes_make_masks_larger_by_as_many_crop_pixels(silhouettes):
    for silhouette in silhouettes.values():
        tight, loose = (
            segment(silhouette, open_stream(0, "mask"), looseness=looseness) for looseness in (0.0, 2.0)
        )
        assert (loose & tight).sum() > 0.999 * tight.sum()
        border = tight ^ np.roll(tight, 1, axis=1) | tight ^ np.roll(tight, 1, axis=0)
        grown = (loose.sum() - tight.sum()) / border.sum()
        assert 0.5 * 2 * silhouette.crop_pixel < grown < 1.5 * 2 * silhouette.crop_pixel


def test_now_and_then_a_hand_is_missed_or_a_shadow_taken_along(scene, silhouettes):
    vertices = dict(zip(scene.instants, scene.pose(np.arange(len(scene)))))
    trials, missed, taken = 0, 0, 0
    for key, silhouette in silhouettes.items():
        extremities = find_extremities(
            vertices[key.instant], scene.body, scene.cameras[key.subject, key.camera]
        )
        mask = silhouette.inside
        for seed in range(60):
            spoiled = spoil(mask, silhouette, extremities, open_stream(seed, "failure", str(key)))
            trials += 1
            lost, gained = np.argwhere(mask & ~spoiled), np.argwhere(spoiled & ~mask)
            corner = (silhouette.top, silhouette.left)
            if len(lost):
                missed += 1
                place = lost.mean(axis=0) + corner
                nearest = np.linalg.norm(extremities.hands[:, ::-1] - place, axis=1).min()
                assert nearest < extremities.reaches.max()
                assert len(lost) < 0.1 * mask.sum()
            if len(gained):
                taken += 1
                place = gained.mean(axis=0) + corner
                nearest = np.linalg.norm(extremities.feet[:, ::-1] - place, axis=1).min()
                assert nearest < 20 * silhouette.crop_pixel
                assert len(gained) < 0.2 * mask.sum()
    assert 0.02 < missed / trials < 0.1
    assert 0.02 < taken / trials < 0.08
