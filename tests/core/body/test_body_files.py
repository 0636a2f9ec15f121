import pickle
import struct
import subprocess
import sys
import types
from typing import ClassVar

import numpy as np
import pytest
import scipy.sparse

from core.body.files import load_body, save_body, to_smpl_arrays
from core.errors import BodyError, UntrustedFileError

ARRAYS = ("v_template", "shapedirs", "posedirs", "joint_regressor", "weights", "parents", "faces")


def assert_same_body(ours, expected, *, tolerance=0.0):
    for field in ARRAYS:
        np.testing.assert_allclose(getattr(ours, field), getattr(expected, field), atol=tolerance, rtol=0)
    assert ours.topology == expected.topology


@pytest.mark.parametrize("suffix", [".npz", ".pkl"])
def test_a_body_comes_back_as_it_was_saved(small_body, tmp_path, suffix):
    save_body(small_body, tmp_path / f"body{suffix}")
    loaded = load_body(tmp_path / f"body{suffix}")
    assert loaded.name == "body"
    assert_same_body(loaded, small_body)
    assert [path.name for path in tmp_path.iterdir()] == [f"body{suffix}"]
    for field in ARRAYS:
        kind = "i" if field in ("parents", "faces") else "f"
        assert getattr(loaded, field).dtype.kind == kind
        assert kind == "i" or getattr(loaded, field).dtype == np.float32


class Python2Pickler(pickle._Pickler):
    """Writes bytes and text as Python 2 wrote its strings, so that they must be read as latin1."""

    dispatch: ClassVar = dict(pickle._Pickler.dispatch)

    def save_string(self, text):
        self.write(b"T" + struct.pack("<i", len(text)) + text)
        self.memoize(text)

    def save_name(self, text):
        self.write(b"U" + bytes([len(text)]) + text.encode("ascii"))
        self.memoize(text)

    dispatch[bytes] = save_string
    dispatch[str] = save_name


@pytest.fixture
def chumpy(monkeypatch):
    """Just enough of chumpy for a pickle to name its classes; gone again before anything is loaded."""
    ch, reordering = types.ModuleType("chumpy.ch"), types.ModuleType("chumpy.reordering")
    ch.Ch = type("Ch", (), {"__module__": "chumpy.ch"})
    reordering.Select = type("Select", (), {"__module__": "chumpy.reordering"})
    for module in (types.ModuleType("chumpy"), ch, reordering):
        monkeypatch.setitem(sys.modules, module.__name__, module)

    def make(kind, **state):
        instance = {"Ch": ch.Ch, "Select": reordering.Select}[kind]()
        instance.__dict__.update(state)
        return instance

    return make


def test_official_style_pickle_loads_without_chumpy(small_body, tmp_path, chumpy, monkeypatch):
    arrays = to_smpl_arrays(small_body)
    directions = np.concatenate([small_body.shapedirs, np.ones((30, 3, 290))], axis=2).astype(np.float64)
    chosen = np.random.default_rng(0).permutation(directions.size)  # what a Select picks, and in which order
    stored = np.empty(directions.size)
    stored[chosen] = directions.ravel()
    content = {
        **arrays,
        "v_template": chumpy("Ch", x=arrays["v_template"].astype(np.float64)),
        "shapedirs": chumpy(
            "Select",
            a=chumpy("Ch", x=stored.reshape(directions.shape)),
            idxs=chosen,
            preferred_shape=directions.shape,
        ),
        "J_regressor": scipy.sparse.csc_matrix(arrays["J_regressor"]),
        "kintree_table": arrays["kintree_table"].astype(np.uint32),
        "f": arrays["f"].astype(np.uint32),
        "bs_style": "lbs",
        "vert_sym_idxs": np.arange(30),
    }
    path = tmp_path / "basicmodel_neutral_lbs_10_207_0_v1.0.0.pkl"
    with path.open("wb") as stream:
        Python2Pickler(stream, protocol=2).dump(content)
    written = path.read_bytes()
    assert b"cscipy.sparse._csc\n" in written
    path.write_bytes(written.replace(b"cscipy.sparse._csc\n", b"cscipy.sparse.csc\n"))  # as it was in 2015
    for name in ("chumpy", "chumpy.ch", "chumpy.reordering"):
        monkeypatch.delitem(sys.modules, name)
    loaded = load_body(path)
    assert_same_body(loaded, small_body, tolerance=1e-7)
    assert loaded.shapedirs.shape == (30, 3, 10)
    assert loaded.parents[0] == -1


def test_half_precision_is_read(small_body, tmp_path):
    arrays = to_smpl_arrays(small_body)
    halves = {key: array.astype(np.float16) for key, array in arrays.items() if array.dtype == np.float32}
    np.savez(tmp_path / "half.npz", **{**arrays, **halves})
    loaded = load_body(tmp_path / "half.npz")
    assert loaded.posedirs.dtype == np.float32
    np.testing.assert_allclose(loaded.v_template, small_body.v_template, atol=2e-3)


def change(key, value):
    return lambda arrays: {**arrays, key: value(arrays[key])}


@pytest.mark.parametrize(
    ("edit", "fault"),
    [
        (
            lambda arrays: {key: arrays[key] for key in arrays if key not in ("f", "weights")},
            "has no weights, f",
        ),
        (change("shapedirs", lambda array: array[..., :8]), r"shapedirs has shape \(30, 3, 8\)"),
        (change("shapedirs", lambda array: array[:20]), r"shapedirs has shape \(20, 3, 10\)"),
        (change("posedirs", lambda array: array[..., :99]), r"posedirs has shape \(30, 3, 99\)"),
        (change("J_regressor", lambda array: array[:, :29]), r"joint_regressor has shape \(24, 29\)"),
        (
            change("J_regressor", lambda array: np.repeat(array, 2, 0)),
            r"joint_regressor has shape \(48, 30\)",
        ),
        (change("v_template", lambda array: array[:, :2]), r"v_template has shape \(30, 2\)"),
        (change("v_template", lambda array: np.where(array > 1, np.nan, array)), "v_template contains NaN"),
        (change("v_template", lambda array: array.astype(str)), "v_template has dtype"),
        (change("weights", lambda array: array * 2), "sum to one only within 1"),
        (change("f", lambda array: array + 1), "vertices 0 to 29"),
        (change("f", lambda array: array[:, :2]), r"f has shape \(56, 2\)"),
        (change("f", lambda array: array + 0.5), "f has dtype float64; expected whole numbers"),
        (change("f", lambda array: array.astype(np.int64) - 1), "f names vertices -1"),
        (change("kintree_table", lambda array: array[0]), r"kintree_table has shape \(24,\)"),
        (change("kintree_table", lambda array: array[:, ::-1]), "kintree_table numbers the joints"),
        (change("kintree_table", lambda array: np.stack([array[1], array[1]])), "parents are"),
    ],
)
def test_a_wrong_file_is_refused_by_name(small_body, tmp_path, edit, fault):
    path = tmp_path / "wrong.npz"
    np.savez(path, **edit(to_smpl_arrays(small_body)))
    with pytest.raises(BodyError, match=fault) as caught:
        load_body(path)
    assert "wrong" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_damaged_and_foreign_files_are_refused(small_body, tmp_path):
    with pytest.raises(BodyError, match="no such file"):
        load_body(tmp_path / "absent.npz")
    for name in ("damaged.npz", "damaged.pkl"):
        (tmp_path / name).write_bytes(b"PK\x03\x04 not a model")
        with pytest.raises(BodyError, match=name):
            load_body(tmp_path / name)
    (tmp_path / "list.pkl").write_bytes(pickle.dumps([1, 2]))
    with pytest.raises(BodyError, match="holds a list"):
        load_body(tmp_path / "list.pkl")
    with pytest.raises(BodyError, match=r"written as \.npz or \.pkl"):
        save_body(small_body, tmp_path / "body.obj")


def test_nothing_of_a_malicious_file_runs(small_body, tmp_path):
    class Evil:
        def __reduce__(self):
            return eval, ("__import__('pathlib').Path('ran').touch()",)

    (tmp_path / "evil.pkl").write_bytes(pickle.dumps({**to_smpl_arrays(small_body), "v_template": Evil()}))
    with pytest.raises(UntrustedFileError):
        load_body(tmp_path / "evil.pkl")
    np.savez(
        tmp_path / "evil.npz", **{**to_smpl_arrays(small_body), "v_template": np.array([Evil()], object)}
    )
    with pytest.raises(BodyError, match="plain arrays"):
        load_body(tmp_path / "evil.npz")


def test_smplx_reads_the_pickle_that_we_write(demo_body, tmp_path):
    import smplx

    save_body(demo_body, tmp_path / "SMPL_NEUTRAL.pkl")
    theirs = smplx.SMPL(str(tmp_path))
    assert np.abs(theirs.v_template.numpy() - demo_body.v_template).max() == 0
    assert theirs.parents.tolist() == demo_body.parents.tolist()


def test_rest_pelvis_is_the_first_rest_joint(small_body):
    betas = np.random.default_rng(0).normal(size=(3, 10))
    shaped = small_body.v_template + np.einsum("vck,nk->nvc", small_body.shapedirs, betas)
    expected = np.einsum("v,nvc->nc", small_body.joint_regressor[0], shaped)
    np.testing.assert_allclose(small_body.rest_pelvis(betas), expected, atol=1e-5)


def test_posing_and_covering_need_no_torch():
    modules = "core.body.files, core.body.skinning, core.body.frames, core.silhouette.coverage"
    code = f"import sys, {modules}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
