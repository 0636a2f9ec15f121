"""The review queue, as a person sees and clicks it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from app.panels.errors_panel import ErrorsPanel
from app.panels.finding_card import describe_influence
from app.panels.review_panel import ReviewPanel
from app.session.session import Session
from core.project.finding import Finding

pytestmark = pytest.mark.window
Invoked = list[tuple[str, dict[str, object]]]
View = Callable[[type], object]


@pytest.fixture
def reviewed(shown: Session, finding: Finding) -> Session:
    shown.review.findings = (finding,)
    return shown


def test_the_queue_lists_findings_and_decides_by_commands(
    build: View, reviewed: Session, finding: Finding, invoked: Invoked
) -> None:
    panel = build(ReviewPanel)
    assert panel.model.rowCount() == 1
    panel.table.clicked.emit(panel.model.index(0, 0))
    reviewed.review.look_at(finding.id)
    assert panel.card.sentence.text() == finding.sentence
    assert panel.card.interval.text() == "41 mm, 95% 37 to 45, bone's frame"
    assert "the camera's frame" in panel.card.interval.toolTip()
    assert panel.card.minimumSizeHint().width() <= 280  # in the narrowest dock
    assert "the same in all actions" in panel.card.evidence.text()
    for command in ("finding.accept", "finding.reject", "finding.undecided"):
        panel.card.buttons[command].setEnabled(True)  # the project of this test is read-only
        panel.card.buttons[command].click()
    panel.card.strip.picked.emit(1)
    assert [command for command, _ in invoked] == [
        "finding.go",
        "finding.accept",
        "finding.reject",
        "finding.undecided",
        "finding.frame",
    ]


def test_an_empty_queue_says_what_to_do(build: View) -> None:
    panel = build(ReviewPanel)
    assert panel.empty.isVisible()
    assert "audit" in panel.empty.text()


def test_a_panel_is_no_wider_than_its_dock(
    build: View, reviewed: Session, finding: Finding, surveyed: Session
) -> None:
    reviewed.review.look_at(finding.id)
    for kind in (ReviewPanel, ErrorsPanel):
        assert build(kind).minimumSizeHint().width() <= 310, kind.__name__


def test_influence_is_told_in_words(finding: Finding) -> None:
    told = describe_influence(replace(finding, influence={"joint_mm": 6.41, "mpjpe_mm": -0.214}))
    assert told == "A refit without them moves the joint by 6.4 mm, the test MPJPE by −0.21 mm."
    assert describe_influence(finding) == ""
