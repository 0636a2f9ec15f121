"""A data set is checked, shown and made a project of, or leaves no trace."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.window.import_dialog import ImportDialog
from core.project.project import Project
from tests.app.window.conftest import Open

pytestmark = pytest.mark.window


@pytest.fixture
def opened(open_window: Callable[[], Open], studio_small: Path, tmp_path: Path) -> Open:
    """A window with the dialog open, filled in with the studio's own data set."""
    opened = open_window()
    opened.registry.execute("dialog.open", {"dialog": "import"})
    dialog, dataset = find(opened), studio_small / "dataset"
    dialog.dataset.setText(str(dataset))
    dialog.body.setText(str(dataset / "body" / "SMPL_NEUTRAL.npz"))
    dialog.estimates.setPlainText(f"spin={dataset / 'estimates' / 'spin.npz'}")
    dialog.regressors.setPlainText(f"J_std={dataset / 'J_regressor_h36m.npy'}")
    dialog.test_subjects.setText("S1, S5")
    dialog.project.setText(str(tmp_path / "mine"))
    return opened


def find(opened: Open) -> ImportDialog:
    """The dialog that is open."""
    dialog = opened.window.findChild(ImportDialog)
    assert isinstance(dialog, ImportDialog)
    return dialog


def test_findings_are_shown_before_there_is_a_project(opened: Open, qtbot: QtBot, tmp_path: Path) -> None:
    dialog = find(opened)
    dialog.check.click()
    assert not dialog.check.isEnabled()
    qtbot.waitUntil(dialog.keep.isEnabled, timeout=60_000)
    assert "h36m-fetch" in dialog.found.text()
    assert "of them to test on S1, S5" in dialog.found.text()
    assert not (tmp_path / "mine").exists()
    dialog.keep.click()
    assert opened.window.desk.next_project == tmp_path / "mine"
    assert not opened.window.isVisible()
    with Project.open(tmp_path / "mine") as project:
        assert (len(project.keys), project.regressor_names()) == (224, ["J_std"])
        assert project.named_test_subjects == ("S1", "S5")


def test_what_is_not_kept_leaves_no_trace(opened: Open, qtbot: QtBot, tmp_path: Path) -> None:
    dialog = find(opened)
    dialog.check.click()
    qtbot.waitUntil(dialog.keep.isEnabled, timeout=60_000)
    before = set(tmp_path.iterdir())
    dialog.close()
    assert {path.name for path in before} - {path.name for path in tmp_path.iterdir()}
    assert not any("mine" in path.name for path in tmp_path.iterdir())


def test_what_is_changed_after_the_check_is_checked_anew(opened: Open, qtbot: QtBot, tmp_path: Path) -> None:
    dialog = find(opened)
    dialog.check.click()
    qtbot.waitUntil(dialog.keep.isEnabled, timeout=60_000)
    dialog.test_subjects.setText("S9")
    assert not dialog.keep.isEnabled()
    assert dialog.note.text() == "Check again: the fields have changed."
    assert not any("mine" in path.name for path in tmp_path.iterdir())


def test_a_wrong_path_is_named_at_once(opened: Open, tmp_path: Path) -> None:
    dialog = find(opened)
    dialog.body.setText(str(tmp_path / "no_body.npz"))
    dialog.check.click()
    assert "no_body.npz" in dialog.note.text()
    assert dialog.check.isEnabled()
    assert not dialog.keep.isEnabled()


def test_what_an_import_refuses_is_told(opened: Open, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    dialog = find(opened)
    dialog.dataset.setText(str(tmp_path / "empty"))
    dialog.check.click()
    qtbot.waitUntil(dialog.check.isEnabled, timeout=60_000)
    assert "empty" in dialog.note.text()
    assert not dialog.keep.isEnabled()
    assert not any("mine" in path.name for path in tmp_path.iterdir())
