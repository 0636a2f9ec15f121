"""Pictures of the studio, rendered from its seed."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest

import core.studio.pictures as pictures
from core.data.images import read_image
from core.errors import DatasetError
from core.silhouette.contour import close_mesh
from core.studio.paths import image_path
from core.studio.scene import draw_scene
from core.studio.silhouettes import draw_silhouette
from core.studio.sizes import get_size
from core.types import FrameKey


@pytest.fixture(scope="module")
def scene():
    return draw_scene(3, get_size("small"))


@pytest.fixture
def root(studio_small, tmp_path):
    """A data set of which studio.json alone is left: neither labels nor truth."""
    shutil.copy(studio_small / "dataset" / "studio.json", tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def renderer(studio_small, tmp_path_factory):
    """A renderer of such a data set."""
    folder = tmp_path_factory.mktemp("pictures")
    shutil.copy(studio_small / "dataset" / "studio.json", folder)
    with pictures.PictureRenderer(folder) as opened:
        yield opened


def find_key(scene, *, seated: bool, camera: str = "54138969") -> FrameKey:
    instant = scene.instants[int(np.flatnonzero(scene.seated == seated)[0])]
    return FrameKey(instant.subject, instant.action, camera, instant.frame)


def test_pictures_show_the_true_silhouette_where_the_labels_have_it(scene, root, monkeypatch):
    def wear_magenta(seed, subject, surface):
        return np.tile(np.uint8([255, 0, 255]), (len(surface.materials), 1))

    monkeypatch.setattr(pictures, "draw_colours", wear_magenta)  # no green, whatever the light
    monkeypatch.setattr(pictures, "cast_shadow", lambda *arguments: np.zeros((64, 64)))
    mesh = close_mesh(scene.body.faces)
    with pictures.PictureRenderer(root) as renderer:
        for row, camera_name in ((1, "54138969"), (20, "55011271"), (41, "60457274")):
            instant = scene.instants[row]
            key = FrameKey(instant.subject, instant.action, camera_name, instant.frame)
            room = renderer.draw(key, empty=True)[..., 1].astype(float)
            body = renderer.draw(key)[..., 1] < 0.5 * room
            camera = scene.cameras[key.subject, key.camera]
            silhouette = draw_silhouette(scene.pose(np.array([row]))[0], camera, mesh)
            true = silhouette.fill(silhouette.inside)
            assert body.shape == (camera.height, camera.width)
            assert (body & true).sum() / (body | true).sum() > 0.96  # clothes stand off by millimetres


def test_a_picture_is_written_where_the_data_set_expects_it(scene, renderer):
    key = find_key(scene, seated=False)
    path = renderer.render(key)
    drawn = renderer.draw(key)
    assert path == image_path(renderer.dataset_root, key)
    assert [other.name for other in path.parent.iterdir()] == [path.name]
    picture = read_image(path)
    assert picture.shape == (1002, 1000, 3)
    assert np.abs(picture.astype(int) - drawn).mean() < 3
    assert 60 < picture.mean() < 200
    assert picture.std() > 20


def test_the_same_picture_comes_out_whatever_was_rendered_before(scene, renderer):
    first, other = find_key(scene, seated=False), find_key(scene, seated=True, camera="58860488")
    before = renderer.draw(first)
    renderer.draw(other)
    np.testing.assert_array_equal(renderer.draw(first), before)


def test_an_unknown_frame_is_refused(renderer):
    with pytest.raises(DatasetError, match="the studio has no frame S1/Walking-9/54138969/000001"):
        renderer.draw(FrameKey("S1", "Walking-9", "54138969", 1))


def test_a_studio_without_pictures_renders_none(scene, root):
    record = json.loads((root / "studio.json").read_text())
    (root / "studio.json").write_text(json.dumps({**record, "images": False}))
    with (
        pictures.PictureRenderer(root) as renderer,
        pytest.raises(DatasetError, match="was made without pictures"),
    ):
        renderer.render(find_key(scene, seated=False))


def test_a_folder_that_is_no_studio_is_refused(tmp_path):
    with pytest.raises(DatasetError, match=r"studio\.json: cannot be read"):
        pictures.PictureRenderer(tmp_path)
