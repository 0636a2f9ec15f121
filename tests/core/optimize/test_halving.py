import numpy as np
import pytest
import torch

from core.errors import DeviceError
from core.optimize.halving import Halver

ROWS = np.arange(100, 116)
VIEWS = np.repeat([3, 0, 2, 1], 4)  # four instants, seen by four cameras each


class Card:
    """A card that holds some images, and what was done on it."""

    def __init__(self, holds):
        self.holds, self.done = holds, []

    def optimise(self, rows):
        if len(rows) > self.holds:
            raise torch.OutOfMemoryError(f"{len(rows)} images")
        self.done.append(rows.tolist())


@pytest.fixture
def words():
    return []


def test_what_fits_is_done_in_one_go(words):
    card, halver = Card(16), Halver(words.append)
    halver.run(card.optimise, ROWS, ROWS)
    assert card.done == [ROWS.tolist()]
    assert (halver.most, words) == (None, [])


def test_what_does_not_fit_is_halved_until_it_does_and_this_is_said(words):
    card, halver = Card(5), Halver(words.append)
    halver.run(card.optimise, ROWS, ROWS)
    assert sorted(row for part in card.done for row in part) == ROWS.tolist()
    assert [len(part) for part in card.done] == [4, 4, 4, 4]
    assert "16 bodies" in words[0]
    assert "going on with 4" in words[1]


def test_the_next_batch_starts_with_what_fitted_the_last(words):
    card, halver = Card(8), Halver(words.append)
    halver.run(card.optimise, ROWS, ROWS)
    halver.run(card.optimise, ROWS + 50, ROWS)
    assert [len(part) for part in card.done] == [8, 8, 8, 8]
    assert len(words) == 1


def test_views_of_one_instant_stay_together(words):
    card, halver = Card(9), Halver(words.append)
    halver.run(card.optimise, ROWS, VIEWS)
    assert card.done == [[*range(104, 108), *range(112, 116)], [*range(100, 104), *range(108, 112)]]


def test_a_card_that_holds_not_even_one_is_refused_with_the_remedy(words):
    with pytest.raises(DeviceError, match=r"4 images at a time.*--device cpu"):
        Halver(words.append).run(Card(3).optimise, ROWS, VIEWS)


def test_other_errors_pass_through(words):
    def fail(rows):
        raise RuntimeError("something else")

    with pytest.raises(RuntimeError, match="something else"):
        Halver(words.append).run(fail, ROWS, ROWS)
    assert words == []
