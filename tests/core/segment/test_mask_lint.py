"""Masks are looked over."""

from __future__ import annotations

import numpy as np

from core.segment.mask_lint import lint_mask


def test_masks_are_looked_over() -> None:
    body = np.zeros((40, 40), bool)
    body[10:30, 15:25] = True
    assert lint_mask(body, body).problems == ()
    cut = np.zeros_like(body)
    cut[20:, 15:25] = True
    report = lint_mask(cut, body)
    assert report.truncated
    assert any("cut by the picture's border" in problem for problem in report.problems)
    assert any("overlaps the estimated body by 0.33" in problem for problem in report.problems)
    large = np.zeros_like(body)
    large[5:35, 10:30] = True
    assert lint_mask(large, body).problems == (
        "overlaps the estimated body by 0.33 only",
        "is 3.0 times as large as the estimated body",
    )
    assert lint_mask(None, body).problems == ("nobody was found",)
