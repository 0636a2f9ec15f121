"""An import is whole and right, or says in one line what is wrong and makes nothing."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.body.files import save_body
from core.body.model import BodyModel
from core.cameras import project
from core.data import importing
from core.data.importing import add_estimates, add_regressor
from core.errors import (
    BodyError,
    ProjectError,
    RegressorError,
    SettingsError,
    UntrustedFileError,
)
from core.project.project import Project
from tests.core.data.refusals import expect_refusal, run_import


def test_frames_labels_and_cameras_are_the_data_sets(tiny: Any) -> None:
    preview = run_import(tiny)
    assert (preview.frames, preview.sequences, preview.subjects) == (24, 2, ["S1", "S9"])
    assert (preview.pictures, preview.masks, preview.absent_labels) == (24, 24, 0)
    assert preview.right_share == 1
    assert preview.reprojection_px < 1e-3
    assert preview.view_agreement_mm is not None
    assert preview.view_agreement_mm < 0.01
    assert not preview.synthetic
    assert preview.label_origin == "mocap"
    assert preview.notes == []
    with Project.open(tiny.root.parent / "project") as opened:
        for row, key in enumerate(opened.keys):
            camera = opened.camera(row)
            expected = tiny.world[key.subject, key.frame] @ camera.R.T + camera.t
            labels, keypoints = opened.labels(np.array([row]))[0], opened.keypoints(np.array([row]))[0]
            np.testing.assert_allclose(labels, expected, atol=1e-5)
            np.testing.assert_allclose(keypoints, project(expected, camera.lens), atol=1e-3)
            assert opened.image_path(row).is_file()
        masks = opened.read_masks(np.arange(24))
        assert np.isfinite(masks).all()
        np.testing.assert_array_equal(masks[5], opened.read_masks(np.array([5]))[0])
        assert opened.read_regressor("J_std").provenance["order_in_file"] == "left-first"


def test_estimates_follow_their_picture_names(tiny: Any) -> None:
    assert run_import(tiny).estimates == {"spin": 24}
    names = np.load(tiny.estimates)["imgname"].tolist()
    with Project.open(tiny.root.parent / "project") as opened:
        betas = opened.read_bodies("spin", np.arange(24)).betas
        for row, key in enumerate(opened.keys):
            name = f"images/{key.subject}_Posing_1.{key.camera}_{key.frame:06d}.jpg"
            assert betas[row, 0] == pytest.approx(0.01 * names.index(name))
        assert np.isnan(opened.read_bodies("spin", np.arange(24)).transl).all()


def test_importing_needs_no_torch(tiny: Any) -> None:
    code = (
        "import sys; from core.data.importing import import_project; "
        "p, d, b, e, r = sys.argv[1:]; "
        "import_project(p, dataset=d, body=b, estimates={'spin': e}, regressors={'J': r}); "
        "assert 'torch' not in sys.modules"
    )
    paths = (tiny.root.parent / "p", tiny.root, tiny.body, tiny.estimates, tiny.regressor)
    words = [sys.executable, "-c", code, *map(str, paths)]
    ended = subprocess.run(words, cwd=Path(__file__).parents[3], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr


def test_a_studio_makes_its_pictures_later(tiny: Any) -> None:
    (tiny.root / "studio.json").write_text('{"seed": 1, "images": true}')
    tiny.picture("imageSequence").unlink()
    preview = run_import(tiny)
    assert preview.synthetic
    assert preview.label_origin == "synthetic"
    assert "made when they are asked for" in preview.notes[0]


def test_a_regressor_of_another_topology_is_refused(tiny: Any) -> None:
    rows = np.load(tiny.regressor)
    np.save(tiny.regressor, rows[:, np.random.default_rng(0).permutation(rows.shape[1])])
    expect_refusal(tiny, RegressorError, r"J\.npy: the row of \w+ lands")
    np.save(tiny.regressor, rows[:, :-3])
    expect_refusal(tiny, RegressorError, "is for meshes of 6887 vertices; the body demo_body has 6890")


def test_a_body_pickle_with_a_forbidden_class_is_refused(tiny: Any) -> None:
    body = tiny.root.parent / "SMPL_NEUTRAL.pkl"
    body.write_bytes(b"cos\nsystem\n(S'touch harmed'\ntR.")
    expect_refusal(tiny, UntrustedFileError, r"SMPL_NEUTRAL\.pkl: asks for os\.system", body=body)


def test_a_small_hole_of_the_body_is_closed_and_a_large_one_refused(tiny: Any, body: BodyModel) -> None:
    path = tiny.root.parent / "open.npz"
    low = body.v_template[:, 1] < np.median(body.v_template[:, 1])
    save_body(replace(body, faces=body.faces[low[body.faces].all(axis=1)]), path)
    expect_refusal(tiny, BodyError, r"open\.npz: .* a hole of \d+ edges .* m round, .* cap it", body=path)
    save_body(replace(body, faces=body.faces[1:]), path)
    assert "the body's mesh has holes, which 1 triangles close" in run_import(tiny, body=path).notes
    with Project.open(tiny.root.parent / "project") as opened:
        assert opened.body().caps == 1


def test_impossible_names_and_formats_are_refused(tiny: Any) -> None:
    expect_refusal(
        tiny,
        ProjectError,
        "cannot name an estimator",
        estimates={"a/b": tiny.estimates},
    )
    expect_refusal(tiny, ProjectError, "'initial' is an estimator", estimates={"initial": tiny.estimates})
    expect_refusal(
        tiny,
        SettingsError,
        "'coco' is no data set format; expected auto or one of .*h36m-fetch",
        format="coco",
    )


def test_a_full_disk_leaves_nothing(tiny: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Project, "add_regressor", fail)
    expect_refusal(tiny, ProjectError, r"project: cannot be written \(No space left on device\)")


def test_a_project_that_is_there_is_not_touched(tiny: Any) -> None:
    run_import(tiny)
    with pytest.raises(ProjectError, match="is a project already"):
        run_import(tiny)


def test_estimates_and_regressors_are_added_later(tiny: Any) -> None:
    run_import(tiny, estimates={}, regressors={})
    with Project.open(tiny.root.parent / "project") as opened:
        assert add_estimates(opened, "vibe", tiny.estimates).present.all()
        assert add_regressor(opened, "J_std", tiny.regressor).order_in_file == "left-first"
        assert opened.estimators() == ["vibe"]
        assert opened.regressor_names() == ["J_std"]
        with pytest.raises(ProjectError, match="'vibe' is an estimator of the project already"):
            add_estimates(opened, "vibe", tiny.estimates)


def test_the_data_set_is_not_changed(tiny: Any) -> None:
    def digest() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in sorted(tiny.root.rglob("*")) if path.is_file()}

    before = digest()
    run_import(tiny)
    assert digest() == before


def test_progress_is_told(tiny: Any) -> None:
    told: list[tuple[int, int, str]] = []
    run_import(tiny, progress=lambda *step: told.append(step))
    assert (24, 24, "checking masks") in told


def test_every_format_has_an_importer() -> None:
    documented = {"h36m-fetch", "spin-npz", "mks-json", "human-data", "precomputed", "generic"}
    assert documented <= set(importing.FORMATS)
