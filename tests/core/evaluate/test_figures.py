import numpy as np
import pytest
import roma
import torch

from core.body.skinning import pose_vertices
from core.evaluate.figures.limb_centre import find_bone_axes, measure_crossings
from core.evaluate.figures.panels import draw_alone, place_points
from core.evaluate.figures.rasterizer import draw_mesh
from core.evaluate.figures.stage import PANEL, Stage
from core.project.project import Project

RED, BLUE = np.array([1.0, 0, 0]), np.array([0, 0, 1.0])


@pytest.fixture(scope="module")
def stage(project_small):
    with Project.open(project_small, read_only=True) as project:
        yield Stage(project)


def test_the_nearer_triangle_hides_the_other():
    square = np.array([[4.0, 4, 0], [4, 16, 0], [16, 16, 0], [16, 4, 0]])
    vertices = np.concatenate([square + np.array([0, 0, 3]), square + np.array([8, 0, 2])])
    faces = np.array([[0, 1, 2], [0, 2, 3], [4, 5, 6], [4, 6, 7]])
    colors = np.repeat([RED, BLUE], 4, axis=0)
    drawn = draw_mesh(vertices, vertices[:, :2], faces, colors, height=20, width=30)
    assert drawn[..., 3].sum() == pytest.approx(12 * 20)  # both squares without what they share
    assert drawn[10, 6, 0] > 0 == drawn[10, 6, 2]
    assert drawn[10, 14, 2] > 0 == drawn[10, 14, 0]
    assert drawn[10, 20, 2] > 0
    assert not drawn[2].any()


def test_a_body_over_its_picture_covers_what_its_silhouette_covers(stage):
    row = int(stage.project.rows_of("S1")[0])
    vertices = pose_vertices(stage.project.body(), stage.project.read_bodies("spin", np.array([row])))[0]
    pixels = stage.project_vertices(vertices, row)
    drawn = draw_mesh(vertices, pixels, stage.mesh.faces, RED, height=PANEL, width=PANEL)
    area = drawn[..., 3].sum() * (224 / PANEL) ** 2
    assert area == pytest.approx(stage.cover(vertices, row).sum(), rel=0.03)


def test_the_side_view_shows_the_front_to_the_right(stage):
    row = stage.project.rows_of("S1")[:1]
    vertices = pose_vertices(stage.project.body(), stage.project.read_bodies("spin", row))[0]
    joints = stage.project.read_regressor("J_std").apply(vertices[None])[0]
    R = stage.find_side(joints)
    assert pytest.approx(np.eye(3), abs=1e-6) == R @ R.T
    assert np.linalg.det(R) == pytest.approx(1)
    index = stage.project.joint_set.index
    nose, neck = place_points(joints[[index("Nose"), index("Neck")]], R, centre=joints[0])
    assert nose[0] > neck[0] + 5
    assert nose[1] < neck[1]
    shown = draw_alone(stage, vertices, R, centre=joints[0])
    assert 0.02 < (shown < 0.99).any(axis=-1).mean() < 0.5


def test_an_offset_along_the_bone_does_not_depend_on_how_the_leg_is_held():
    stream = np.random.default_rng(0)
    offset, bone, left = stream.normal(size=(3, 1, 3))
    R = roma.random_rotmat(1).double().numpy()[0]
    still = find_bone_axes(bone, left)[0] @ offset[0]
    assert find_bone_axes(bone @ R.T, left @ R.T)[0] @ (R @ offset[0]) == pytest.approx(still)
    assert np.linalg.norm(still) == pytest.approx(np.linalg.norm(offset))
    assert (find_bone_axes(bone, left)[0] @ bone[0])[1:] == pytest.approx(0, abs=1e-12)


def draw_leg(offset, yaw):
    """A label off the middle of an upright leg, 60 pixels a metre, as a camera at a yaw sees it.

    Returns knee and ankle, their pixels, the body's left, and the mask.
    """
    scale, radius, middle = 60 * 4, 0.04, 112
    turn = roma.rotvec_to_rotmat(torch.tensor([0.0, yaw, 0.0])).numpy().astype(float)
    off = np.array([offset[0], 0, -offset[1]])  # left is x, the front -z
    ends = np.array([[0, -0.4, 0], [0, 0, 0]]) + off
    ends = ends @ turn.T
    mask = np.zeros((224, 224), np.float32)
    mask[:, round(middle - radius * scale) : round(middle + radius * scale)] = 1
    return ends, middle + ends[:, :2] * scale, turn @ np.array([1.0, 0, 0]), mask


def test_views_from_several_sides_tell_how_far_labels_are_off_a_leg():
    wanted = np.array([0.02, -0.03])
    legs = [draw_leg(wanted, yaw) for yaw in np.linspace(0, np.pi, 12)]
    crossings = measure_crossings(*(np.stack(parts) for parts in zip(*legs, strict=True)))
    assert crossings.scales == pytest.approx(240)
    assert crossings.fit(np.arange(12)) == pytest.approx(wanted, abs=0.002)
    assert np.isnan(crossings.fit(np.array([0] * 12))).all()  # one side alone does not tell
    legs[3][3][:, :] = 1  # both legs in one
    legs[5][3][:, :] = 0
    crossings = measure_crossings(*(np.stack(parts) for parts in zip(*legs, strict=True)))
    assert np.isnan(crossings.offsets).nonzero()[0].tolist() == [3, 5]
    assert crossings.fit(np.arange(12)) == pytest.approx(wanted, abs=0.002)


def test_figures_do_without_pictures_that_the_data_set_does_not_name(stage, monkeypatch):
    monkeypatch.setattr(stage.project, "image_path", lambda row: stage.project.dataset_root / "")
    assert stage.read_picture(0) is None
