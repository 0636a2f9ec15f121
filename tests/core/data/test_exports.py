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
from core.data.human_data import read_human_data_bodies
from core.data.human_data_export import export_human_data
from core.data.importers.human_data import read_human_data
from core.data.importers.spin_npz import read_spin_dataset
from core.data.importing import import_project
from core.data.match_bodies import match_by_name
from core.data.neural_annot import read_neural_annot
from core.data.neural_annot_export import export_neural_annot
from core.data.spin_export import export_spin_npz
from core.data.spin_npz import read_spin_bodies
from core.errors import ProjectError
from core.joints import H36M_17, JointSet
from core.project.flags import Flag, add_flag
from core.project.frame_index import FrameIndex
from core.project.project import Project
from core.types import BodyParameters, FrameKey, parse_key


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
    beside = json.loads((tmp_path / "f.csv.json").read_text())
    assert (beside["count"], beside["provenance"]["journal_position"]) == (2, 2)
    export_flags(project, tmp_path / "f.json")
    document = json.loads((tmp_path / "f.json").read_text())
    assert [Flag.from_dict(flag) for flag in document["flags"]] == project.flags()
    assert document["provenance"]["journal_position"] == 2
    with pytest.raises(ProjectError, match=r"\.csv or \.json"):
        export_flags(project, tmp_path / "f.xlsx")


def test_a_spin_data_set_comes_back_as_it_went(project: Project, tiny: Any, tmp_path: Path) -> None:
    assert export_spin_npz(project, "initial", tmp_path / "h36m_train.npz") == 24
    with np.load(tmp_path / "h36m_train.npz", allow_pickle=False) as file:
        assert file["S"].shape == (24, 24, 4)
        assert file["part"].shape == (24, 24, 3)
        assert file["openpose"].shape == (24, 25, 3)
        assert json.loads(str(file["provenance"]))["source"] == "spin"
        assert str(file["imgname"][0]) == "images/S1_Posing_1.54138969_000001.jpg"
        assert "gender" not in file.files  # SPIN reads everything but "m" as a woman
    found = read_spin_dataset(tmp_path / "h36m_train.npz")
    assert found.keys == list(project.keys)
    labels = project.labels(np.arange(24))
    np.testing.assert_allclose(found.joints, labels - labels[:, :1], atol=1e-6, equal_nan=True)
    np.testing.assert_allclose(found.crops, project.crops(np.arange(24)))
    bodies = match_by_name(read_spin_bodies(tmp_path / "h36m_train.npz"), project.keys)
    np.testing.assert_allclose(bodies.parameters.pose, project.read_bodies("spin", np.arange(24)).pose)


def test_a_flagged_label_counts_for_nothing_in_spin_s_file(project: Project, tmp_path: Path) -> None:
    add_flag(project, Flag("S1", "RAnkle", reason="r", reviewer="me"))
    add_flag(project, Flag("S9", "Pelvis", action="Posing-1", frames=(65, 65), reason="r", reviewer="me"))
    export_spin_npz(project, "initial", tmp_path / "h36m_train.npz")
    found = read_spin_dataset(tmp_path / "h36m_train.npz")
    seen, seen_in_pictures = (np.isfinite(values).all(axis=-1) for values in (found.joints, found.keypoints))
    for row, key in enumerate(project.keys):
        if key.subject == "S1":
            assert np.flatnonzero(~seen[row]).tolist() == [3]
        else:
            assert seen[row].sum() == (0 if key.frame == 65 else 17)
        flagged = [3] if key.subject == "S1" else [0] if key.frame == 65 else []
        assert np.flatnonzero(~seen_in_pictures[row]).tolist() == flagged  # these stand by themselves
    with np.load(tmp_path / "h36m_train.npz") as file:
        assert np.isfinite(file["S"]).all()


def test_frames_without_a_body_have_none_in_spin_s_file_and_no_row_in_others(
    project: Project, tmp_path: Path
) -> None:
    project.create_run("some", {})
    rows = project.rows_of("S9")
    bodies = project.read_bodies("spin", rows)
    project.write_bodies("some", rows, bodies)
    assert export_spin_npz(project, "some", tmp_path / "s.npz") == len(rows)
    with np.load(tmp_path / "s.npz") as file:
        there = file["has_smpl"].astype(bool)
        assert np.flatnonzero(there).tolist() == rows.tolist()
        assert not file["pose"][~there].any()
        assert not file["shape"][~there].any()
        np.testing.assert_array_equal(file["shape"][there], bodies.betas)
    assert export_human_data(project, "some", tmp_path / "h.npz") == len(rows)
    assert read_human_data(tmp_path / "h.npz").keys == [project.keys[row] for row in rows.tolist()]
    with np.load(tmp_path / "h.npz") as file:
        assert file["__data_len__"] == len(rows)


def test_a_flagged_label_counts_for_nothing_in_human_data(project: Project, tmp_path: Path) -> None:
    add_flag(project, Flag("S1", "RAnkle", reason="r", reviewer="me"))
    export_human_data(project, "initial", tmp_path / "hd.npz")
    found = read_human_data(tmp_path / "hd.npz")
    own = np.array([key.subject == "S1" for key in found.keys])
    for values in (found.joints, found.keypoints):
        seen = np.isfinite(values).all(axis=-1)
        assert not seen[own, 3].any()
        assert seen[~own].all()
        assert np.delete(seen, 3, axis=1).all()


def test_human_data_says_whether_labels_and_bodies_have_a_place(project: Project, tmp_path: Path) -> None:
    def read(name: str) -> Any:
        with np.load(tmp_path / "hd.npz", allow_pickle=True) as file:
            return file[name].item()

    export_human_data(project, "initial", tmp_path / "hd.npz")
    assert read("misc")["kps3d_root_aligned"] is False
    assert "transl" in read("smpl")
    project.write_translations("spin", np.arange(1), np.full((1, 3), np.nan, np.float32))
    export_human_data(project, "initial", tmp_path / "hd.npz")
    assert "transl" not in read("smpl")


def test_human_data_comes_back_as_it_went(project: Project, tmp_path: Path) -> None:
    assert export_human_data(project, "initial", tmp_path / "hd.npz") == 24
    labels = read_human_data(tmp_path / "hd.npz")
    assert labels.keys == list(project.keys)
    assert labels.absolute_labels
    np.testing.assert_allclose(labels.joints, project.labels(np.arange(24)), atol=1e-6)
    np.testing.assert_allclose(labels.keypoints, project.keypoints(np.arange(24)), atol=1e-3)
    np.testing.assert_allclose(labels.crops, project.crops(np.arange(24)), rtol=1e-6)
    bodies = match_by_name(read_human_data_bodies(tmp_path / "hd.npz"), project.keys).parameters
    np.testing.assert_allclose(bodies.transl, project.read_bodies("spin", np.arange(24)).transl)
    with np.load(tmp_path / "hd.npz", allow_pickle=True) as file:  # as mmhuman3d reads it
        assert set(file["smpl"].item()) == {"global_orient", "body_pose", "betas", "transl"}
        assert file["keypoints3d_mask"].sum() == 17


def test_other_joints_go_by_their_names_where_a_format_has_a_place(project: Project, tmp_path: Path) -> None:
    """The same labels, but the neck has another name and comes first."""
    order = [8, *range(8), *range(9, 17)]
    names = ["C7" if joint == 8 else H36M_17.names[joint] for joint in order]
    before = project.labels(np.arange(24))

    class Other:
        joint_set = JointSet("own-17", tuple(names), (-1,) * 17, (), pelvis=1)

        def __getattr__(self, name: str) -> Any:
            return getattr(project, name)

        def labels(self, rows: np.ndarray) -> np.ndarray:
            return project.labels(rows)[:, order]

        def keypoints(self, rows: np.ndarray) -> np.ndarray:
            return project.keypoints(rows)[:, order]

        def flag_mask(self, rows: np.ndarray) -> np.ndarray:
            return project.flag_mask(rows)[:, order]

    other: Any = Other()
    known = [joint for joint in range(17) if joint != 8]
    assert export_spin_npz(other, "spin", tmp_path / "s.npz") == 24
    found = read_spin_dataset(tmp_path / "s.npz").joints
    np.testing.assert_allclose(found[:, known], (before - before[:, :1])[:, known], atol=1e-6)
    assert np.isnan(found[:, 8]).all()
    assert export_human_data(other, "spin", tmp_path / "h.npz") == 24
    read = read_human_data(tmp_path / "h.npz").joints
    np.testing.assert_allclose(read[:, known], before[:, known], atol=1e-6)
    with np.load(tmp_path / "h.npz") as file:
        assert file["keypoints3d_mask"].sum() == 16


class Renamed:
    """Frames that are all called the same."""

    def __init__(self, keys: FrameIndex, subject: str, action: str) -> None:
        self._keys, self._key = keys, FrameKey(subject, action, "54138969", 1)

    def __getitem__(self, row: int) -> FrameKey:
        return self._key

    def __getattr__(self, name: str) -> Any:
        return getattr(self._keys, name)


def test_without_a_pelvis_spin_s_labels_are_told_from_the_middle_of_the_hips(
    project: Project, tmp_path: Path
) -> None:
    kept = [joint for joint in range(17) if H36M_17.names[joint] != "Pelvis"]
    before = project.labels(np.arange(24))

    class WithoutPelvis:
        joint_set = JointSet(
            "own-16", tuple(H36M_17.names[joint] for joint in kept), (-1,) * 16, (),
            places=tuple(H36M_17.places[joint] for joint in kept),
        )  # fmt: skip

        def __getattr__(self, name: str) -> Any:
            return getattr(project, name)

        def labels(self, rows: np.ndarray) -> np.ndarray:
            return project.labels(rows)[:, kept]

        def keypoints(self, rows: np.ndarray) -> np.ndarray:
            return project.keypoints(rows)[:, kept]

        def flag_mask(self, rows: np.ndarray) -> np.ndarray:
            return project.flag_mask(rows)[:, kept]

    other: Any = WithoutPelvis()
    export_spin_npz(other, "spin", tmp_path / "s.npz")
    found = read_spin_dataset(tmp_path / "s.npz").joints
    hips = before[:, [H36M_17.index("RHip"), H36M_17.index("LHip")]].mean(axis=1, keepdims=True)
    np.testing.assert_allclose(found[:, kept], (before - hips)[:, kept], atol=1e-6)


def test_neural_annot_says_whether_subject_or_action_has_no_number(project: Project, tmp_path: Path) -> None:
    keys = project.keys
    for subject, action, why in (
        ("anna", "Discussion-2", "anna/Discussion-2: subject anna has no number"),
        ("S1", "Jumping-2", "S1/Jumping-2: Jumping-2 is no action of Human3.6M"),
    ):
        project.keys = Renamed(keys, subject, action)  # type: ignore[assignment]
        with pytest.raises(ProjectError, match=why):
            export_neural_annot(project, "spin", tmp_path / "na")
    assert not (tmp_path / "na").exists()


def test_without_a_name_the_newest_finished_run_counts(project: Project) -> None:
    assert project.choose_source() == "spin"
    for name in ("first", "second", "third"):
        project.create_run(name, {})
        if name != "third":
            project.update_run(name, state="done")
    assert project.choose_source() == "second"
    assert project.choose_source("initial") == "spin"


def test_neural_annot_has_one_body_an_instant(project: Project, body: BodyModel, tmp_path: Path) -> None:
    assert export_neural_annot(project, "initial", tmp_path / "na") == 6
    table = read_neural_annot(tmp_path / "na")
    assert {str(name) for name in table.names or ()} == {str(key.instant) for key in project.keys}
    row = project.row(parse_key("S9/Posing-1/54138969/000065"))
    own = project.read_bodies("spin", np.array([row]))
    camera = project.camera(row)
    there = [str(name) for name in table.names or ()].index("S9/Posing-1/000065")
    seen = pose_vertices(body, own)[0]
    stands = pose_vertices(body, table.parameters[np.array([there])])[0]
    np.testing.assert_allclose(stands @ camera.R.T + camera.t, seen, atol=1e-4)


def test_neural_annot_has_no_body_without_a_place(project: Project, tmp_path: Path) -> None:
    instant = parse_key("S9/Posing-1/000065")
    rows = np.flatnonzero([key.instant == instant for key in project.keys])
    project.write_translations("spin", rows[:1], np.full((1, 3), np.nan, np.float32))
    assert export_neural_annot(project, "initial", tmp_path / "na") == 6  # another camera has placed it
    project.write_translations("spin", rows, np.full((len(rows), 3), np.nan, np.float32))
    assert export_neural_annot(project, "initial", tmp_path / "na") == 5
    table = read_neural_annot(tmp_path / "na")
    assert str(instant) not in {str(name) for name in table.names or ()}
    assert np.isfinite(table.parameters.transl).all()


def test_neural_annot_is_written_a_few_bodies_at_a_time(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export_neural_annot(project, "initial", tmp_path / "at_once")
    monkeypatch.setattr("core.data.neural_annot_export.BLOCK", 2)
    told: list[tuple[int, int, str]] = []
    export_neural_annot(project, "initial", tmp_path / "in_blocks", progress=lambda *step: told.append(step))
    assert told[0][0] <= 2
    assert told[-1] == (6, 6, "exporting bodies")
    for file in sorted((tmp_path / "at_once").glob("Human36M*.json")):
        text = file.read_text()
        assert (tmp_path / "in_blocks" / file.name).read_text() == text
        assert json.dumps(json.loads(text)) == text  # as one call would write it


def test_two_sequences_that_neural_annot_calls_the_same_are_told(project: Project, tmp_path: Path) -> None:
    project.keys = Renamed(project.keys, "S1", "TakingPhoto-1")  # type: ignore[assignment]
    with pytest.raises(
        ProjectError, match="another sequence of S1 has the same action and subaction, 12 and 1"
    ):
        export_neural_annot(project, "initial", tmp_path / "na")
