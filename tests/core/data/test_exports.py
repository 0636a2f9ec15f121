"""Exports are plain files that say where they come from."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.body.model import BodyModel
from core.body.skinning import pose_vertices
from core.data.bodies_npz import export_bodies
from core.data.flags_file import export_flags
from core.data.importing import import_project
from core.errors import ProjectError
from core.project.flags import Flag, add_flag
from core.project.project import Project
from core.types import BodyParameters, parse_key


@pytest.fixture
def project(tiny: Any) -> Iterator[Project]:
    path = tiny.root.parent / "project"
    import_project(path, dataset=tiny.root, body=tiny.body, estimates={"spin": tiny.estimates}, regressors={})
    with Project.open(path) as opened:
        opened.write_translations(
            "spin", np.arange(24), np.tile(np.array([0.1, 0.2, 4.0], np.float32), (24, 1))
        )
        yield opened


def read_parameters(path: Path) -> tuple[dict[str, np.ndarray], BodyParameters]:
    with np.load(path, allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    return arrays, BodyParameters(
        *(arrays[name] for name in ("global_orient", "body_pose", "betas", "transl"))
    )


def test_bodies_stand_in_the_world_where_their_cameras_saw_them(
    project: Project, body: BodyModel, tmp_path: Path
) -> None:
    assert export_bodies(project, "initial", tmp_path / "b.npz") == 24
    arrays, exported = read_parameters(tmp_path / "b.npz")
    assert arrays["coordinate_frame"] == "world"
    assert arrays["frame"].tolist() == [str(key) for key in project.keys]
    assert arrays["camera"].tolist() == [key.camera for key in project.keys]
    assert arrays["subject"].tolist() == [key.subject for key in project.keys]
    rows = np.array([0, 7, 23])
    seen = pose_vertices(body, project.read_bodies("spin", rows))
    stands = pose_vertices(body, exported[rows])
    for number, row in enumerate(rows):
        camera = project.camera(int(row))
        np.testing.assert_allclose(stands[number] @ camera.R.T + camera.t, seen[number], atol=1e-4)
    provenance = json.loads(str(arrays["provenance"]))
    assert provenance["project"] == project.id
    assert provenance["source"] == "spin"


def test_a_body_that_views_share_is_written_once(project: Project, tmp_path: Path) -> None:
    project.create_run("four", {"views": 4}, shares_bodies=True)
    rows = project.rows_of("S9")
    project.write_bodies("four", rows, project.read_bodies("spin", rows))
    assert export_bodies(project, "four", tmp_path / "b.npz") == 3
    arrays, _ = read_parameters(tmp_path / "b.npz")
    assert arrays["frame"].tolist() == [f"S9/Posing-1/{number:06d}" for number in (1, 65, 129)]
    assert arrays["camera"].tolist() == ["", "", ""]
    assert all(parse_key(key) for key in arrays["frame"].tolist())
    assert json.loads(str(arrays["provenance"]))["run_settings"] == {"views": 4}


def test_without_extrinsics_bodies_stay_in_the_camera_frame(tiny: Any, tmp_path: Path) -> None:
    (tiny.root / "cameras.json").unlink()
    path = tmp_path / "p"
    import_project(path, dataset=tiny.root, body=tiny.body, estimates={"spin": tiny.estimates}, regressors={})
    with Project.open(path, read_only=True) as project:
        export_bodies(project, "spin", tmp_path / "b.npz")
        arrays, exported = read_parameters(tmp_path / "b.npz")
        assert arrays["coordinate_frame"] == "camera"
        np.testing.assert_array_equal(exported.pose, project.read_bodies("spin", np.arange(24)).pose)


def test_a_source_without_bodies_is_told(project: Project, tmp_path: Path) -> None:
    project.create_run("empty", {})
    with pytest.raises(ProjectError, match="empty has no body to export yet"):
        export_bodies(project, "empty", tmp_path / "b.npz")
    with pytest.raises(ProjectError, match="'other' is no estimator or run"):
        export_bodies(project, "other", tmp_path / "b.npz")
    with pytest.raises(ProjectError, match=r"b\.npz: cannot be written"):
        export_bodies(project, "spin", tmp_path / "no" / "b.npz")
    assert not (tmp_path / "b.npz").exists()


def test_flags_are_written_as_table_and_document(project: Project, tmp_path: Path) -> None:
    add_flag(project, Flag("S1", "RAnkle", reason='says "no", twice', reviewer="me"))
    add_flag(project, Flag("S9", "Nose", action="Posing-1", frames=(1, 65), reason="r", reviewer="me"))
    assert export_flags(project, tmp_path / "f.csv") == 2
    with (tmp_path / "f.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert rows[0]["reason"] == 'says "no", twice'
    assert rows[0]["action"] == rows[0]["first_frame"] == ""
    assert (rows[1]["first_frame"], rows[1]["last_frame"]) == ("1", "65")
    export_flags(project, tmp_path / "f.json")
    document = json.loads((tmp_path / "f.json").read_text())
    assert [Flag.from_dict(flag) for flag in document["flags"]] == project.flags()
    assert document["provenance"]["journal_position"] == 2
    with pytest.raises(ProjectError, match=r"\.csv or \.json"):
        export_flags(project, tmp_path / "f.xlsx")
