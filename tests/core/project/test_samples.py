"""A sample of frames without findings tells what an audit misses; two reviewers tell how sure people are."""

from __future__ import annotations

import pytest

from core.errors import ProjectError
from core.project.agreement import find_kappa, measure_agreement
from core.project.finding import Finding
from core.project.flags import Flag, add_flag
from core.project.project import Project
from core.project.reviews import Review
from core.project.samples import draw_sample, estimate_miss_rate, read_sample, review_frame


def make_review(finding: str, reviewer: str, decision: str) -> Review:
    return Review(finding, decision, "", reviewer, "")  # type: ignore[arg-type]


def test_a_sample_holds_no_frame_with_a_flag_or_finding(project: Project) -> None:
    add_flag(project, Flag("S5", "RAnkle", action="Walking-1", frames=(2, 9), reason="r"))
    project.write_findings(
        [Finding("x", "outlier", "S11", "Nose", "Posing-1", (5, 5), 80.0, (70.0, 90.0), "bad-label", "s")]
    )
    drawn = draw_sample(project, 100, seed=1)
    assert sorted(key.rsplit("/", 1)[1] + key[:3] for key in drawn) == sorted(
        ["000001S5/"] * 4 + ["000064S11"] * 2
    )
    assert read_sample(project) == drawn
    assert draw_sample(project, 3, seed=1) == draw_sample(project, 3, seed=1)


def test_the_miss_rate_comes_with_an_exact_interval_and_is_undone_with_its_reviews(project: Project) -> None:
    drawn = draw_sample(project, 10)
    assert estimate_miss_rate(project).rate is None
    for key in drawn[:8]:
        review_frame(project, key, "rejected", reviewer="ann")
    review_frame(project, drawn[8], "accepted", reviewer="ann")
    review_frame(project, drawn[9], "undecided", reviewer="ann")
    found = estimate_miss_rate(project)
    assert (found.drawn, found.reviewed, found.bad) == (10, 9, 1)
    assert found.interval == pytest.approx((0.0028, 0.4825), abs=1e-3)
    project.journal.undo()
    project.journal.undo()
    assert estimate_miss_rate(project).bad == 0
    with pytest.raises(ProjectError, match="is not in the sample"):
        review_frame(project, "S5/Nothing-1/1/000001", "accepted", reviewer="ann")


def test_kappa_is_cohens() -> None:
    pairs = [("accepted", "accepted")] * 20 + [("accepted", "rejected")] * 5
    pairs += [("rejected", "accepted")] * 10 + [("rejected", "rejected")] * 15
    assert find_kappa(pairs) == pytest.approx(0.4)
    assert find_kappa([("accepted", "accepted")] * 3) is None


def test_agreement_counts_what_both_decided() -> None:
    reviews = [
        make_review("a", "ann", "accepted"),
        make_review("b", "ann", "rejected"),
        make_review("a", "ben", "accepted"),
        make_review("b", "ben", "accepted"),
        make_review("c", "ben", "accepted"),
        make_review("z", "eve", "accepted"),
    ]
    (pair,) = measure_agreement(reviews)
    assert (pair.first, pair.second, pair.findings, pair.agreeing, pair.kappa) == ("ann", "ben", 2, 1, 0.0)
