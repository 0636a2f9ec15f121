import numpy as np
import pytest

from core.errors import RegressorError
from core.joints import H36M_17
from core.regressor import fit as fit_module
from core.regressor.candidates import choose_candidates
from core.regressor.fit import FitBlock, RegressorFit

VERTICES = 900


@pytest.fixture
def rest():
    """A cloud the size of a person; x is the body's left, y up."""
    return np.random.default_rng(0).uniform([-0.9, -1.0, -0.08], [0.9, 0.8, 0.08], size=(VERTICES, 3))


@pytest.fixture
def truth(rest):
    """A sparse regressor with limbs where limbs are."""
    places = {
        "Pelvis": (0, 0, 0), "Spine": (0, 0.2, 0), "Neck": (0, 0.45, 0), "Nose": (0, 0.55, 0.1),
        "HeadTop": (0, 0.7, 0), "Hip": (0.12, -0.05, 0), "Knee": (0.14, -0.45, 0), "Ankle": (0.15, -0.85, 0),
        "Shoulder": (0.18, 0.4, 0), "Elbow": (0.45, 0.4, 0), "Wrist": (0.7, 0.4, 0),
    }  # fmt: skip
    random, weights = np.random.default_rng(1), np.zeros((17, VERTICES))
    for row, name in zip(weights, H36M_17.names, strict=True):
        sided = name not in places
        side = 0 if not sided else -1 if name[0] == "R" else 1
        place = np.array(places[name[1:] if sided else name]) * [side or 1, 1, 1]
        own = np.flatnonzero(rest[:, 0] * side >= 0)
        near = own[np.argsort(np.linalg.norm(rest[own] - place, axis=1))[:4]]
        row[near] = random.dirichlet(np.ones(4))
    return weights


def deform(rest, bodies, seed=2):
    """Meshes that are no similar copies of each other, a few metres from the camera."""
    random = np.random.default_rng(seed)
    smooth = random.normal(size=(bodies, 3, 3)) * 0.2 + np.eye(3)
    vertices = rest @ smooth + random.normal(size=(bodies, VERTICES, 3)) * 0.02
    return vertices + random.normal(size=(bodies, 1, 3)) * 0.3 + [0, 0, 4.5]


def blocks_of(vertices, labels, valid=None, size=40):
    valid = np.ones(labels.shape[:2], dtype=bool) if valid is None else valid
    return lambda: (
        FitBlock(vertices[i : i + size], labels[i : i + size], valid[i : i + size])
        for i in range(0, len(vertices), size)
    )


def fit(rest, truth, read_blocks, alignment):
    return RegressorFit(alignment=alignment).fit(
        read_blocks, start=truth, rest_vertices=rest, joint_set=H36M_17
    )


@pytest.mark.parametrize("alignment", ["absolute", "free", "pelvis"])
def test_exact_labels_give_back_the_regressor(rest, truth, alignment):
    vertices = deform(rest, 200)
    fitted = fit(rest, truth, blocks_of(vertices, truth @ vertices), alignment)
    assert fitted.weights_.min() >= 0
    assert np.allclose(fitted.weights_.sum(axis=1), 1, atol=1e-12)
    assert np.abs(fitted.weights_ - truth).max() < 1e-3
    assert fitted.residual_.max() < 1e-4
    assert fitted.bodies_ == 200


def test_unknown_translation_does_not_matter_to_a_free_fit(rest, truth):
    vertices = deform(rest, 200)
    labels = truth @ vertices + np.random.default_rng(3).normal(size=(200, 1, 3))
    assert np.abs(fit(rest, truth, blocks_of(vertices, labels), "free").weights_ - truth).max() < 1e-3


def test_a_label_left_out_has_no_say(rest, truth):
    vertices = deform(rest, 120)
    labels = truth @ vertices
    valid = np.ones((120, 17), dtype=bool)
    labels[:30, 6], valid[:30, 6] = np.nan, False
    labels[30:50, 3] += 0.3
    with_flaw = fit(rest, truth, blocks_of(vertices, labels, valid), "absolute")
    valid[30:50, 3] = False
    without = fit(rest, truth, blocks_of(vertices, labels, valid), "absolute")
    assert with_flaw.residual_[3] > 0.05
    assert without.residual_[3] < 1e-4
    assert list(without.labels_[[3, 6, 7]]) == [100, 90, 120]


def test_the_size_of_blocks_does_not_matter(rest, truth):
    vertices = deform(rest, 90)
    labels = truth @ vertices + np.random.default_rng(3).normal(size=(90, 17, 3)) * 0.01
    first, second = (fit(rest, truth, blocks_of(vertices, labels, size=n), "free").weights_ for n in (90, 7))
    assert np.abs(first - second).max() < 1e-6


def test_limbs_take_vertices_of_their_own_side_only(rest, truth):
    candidates = choose_candidates(truth, rest, H36M_17)
    assert rest[candidates[H36M_17.index("RHip")], 0].max() < 0.05
    assert rest[candidates[H36M_17.index("LHip")], 0].min() > -0.05
    assert len(candidates[H36M_17.index("Spine")]) > len(candidates[H36M_17.index("LKnee")])


def test_a_joint_without_labels_is_named(rest, truth):
    vertices = deform(rest, 30)
    valid = np.ones((30, 17), dtype=bool)
    valid[:, 9] = False
    with pytest.raises(RegressorError, match="Nose has no label"):
        fit(rest, truth, blocks_of(vertices, truth @ vertices, valid), "absolute")


def test_a_regressor_of_another_vertex_order_is_refused(rest, truth):
    scattered = np.where(np.arange(VERTICES)[:, None] % 2, rest + 9, rest - 9)
    with pytest.raises(RegressorError, match="no vertex lies within"):
        choose_candidates(truth, scattered, H36M_17)


def test_the_released_codes_solver_cannot_recruit_the_vertices_that_its_start_lacks(rest, truth):
    vertices = deform(rest, 200)
    lacking = np.where(truth == truth.min(axis=1, where=truth > 0, initial=1, keepdims=True), 0, truth)
    lacking /= lacking.sum(axis=1, keepdims=True)
    fits = {
        solver: RegressorFit(alignment="absolute", solver=solver).fit(
            blocks_of(vertices, truth @ vertices), start=lacking, rest_vertices=rest, joint_set=H36M_17
        )
        for solver in ("nnls", "adam")
    }
    assert not fits["adam"].weights_[lacking == 0].any()
    assert (fits["nnls"].weights_[(truth > 0) & (lacking == 0)] > 0).any()
    assert fits["nnls"].residual_.mean() < fits["adam"].residual_.mean()


def test_a_flag_taken_out_of_the_sums_gives_the_fit_from_scratch_without_it(rest, truth):
    vertices = deform(rest, 120)
    labels = truth @ vertices + 0.005 * np.random.default_rng(4).normal(size=(120, 17, 3))
    labels[:30, 6] += 0.05
    whole = fit(rest, truth, blocks_of(vertices, labels), "absolute")
    flagged = np.zeros((120, 17), dtype=bool)
    flagged[:30, 6] = True
    flagged[7, 2] = True
    lighter = whole.downdate(blocks_of(vertices, labels, flagged))
    scratch = fit(rest, truth, blocks_of(vertices, labels, ~flagged), "absolute")
    assert np.abs(lighter.weights_ - scratch.weights_).max() < 1e-9
    assert np.allclose(lighter.residual_, scratch.residual_, rtol=1e-9)
    assert np.array_equal(lighter.labels_, scratch.labels_)
    assert np.abs(lighter.weights_[6] - whole.weights_[6]).max() > 1e-3
    assert np.array_equal(lighter.weights_[3], whole.weights_[3])
    again = lighter.downdate(blocks_of(vertices[:1], labels[:1]))
    assert again.labels_[0] == 119
    assert whole.labels_[0] == 120


def test_candidates_narrowed_on_a_sample_give_the_same_regressor(rest, truth, monkeypatch):
    monkeypatch.setattr(fit_module, "NARROWED", 24)
    vertices = deform(rest, 400)
    labels = truth @ vertices + 0.003 * np.random.default_rng(4).normal(size=(400, 17, 3))
    full = fit(rest, truth, blocks_of(vertices, labels), "free")
    narrowed = RegressorFit(alignment="free").fit(
        blocks_of(vertices, labels), start=truth, rest_vertices=rest, joint_set=H36M_17,
        read_sample=blocks_of(vertices[::2], labels[::2]),
    )  # fmt: skip
    moves = np.linalg.norm((narrowed.weights_ - full.weights_) @ vertices, axis=-1)
    assert moves.mean() < 1e-4
    assert narrowed.bodies_ == 400
