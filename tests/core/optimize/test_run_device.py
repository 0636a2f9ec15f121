from dataclasses import replace

import numpy as np
import pytest
import torch

import core.optimize.block_work
import core.optimize.sequence
from app.cli.main import main
from core.errors import DeviceError
from core.optimize.batch import run_batch
from core.optimize.opening import open_optimizer
from core.optimize.presets import get_preset
from core.project.project import Project

ROWS = np.arange(12)


@pytest.fixture
def small_card(monkeypatch):
    """A function that lets optimisers of more than some bodies find too little memory."""

    def shrink(module, holds):
        def open_small(problem, *args, **kwargs):
            if len(problem) > holds:
                raise torch.OutOfMemoryError(f"{len(problem)} bodies")
            return open_optimizer(problem, *args, **kwargs)

        monkeypatch.setattr(module, "open_optimizer", open_small)

    return shrink


def test_a_run_tells_what_it_was_computed_on(project_copy):
    settings = replace(get_preset("paper"), iterations=1)
    with Project.open(project_copy) as project:
        record = run_batch(project, "try", settings, rows=ROWS[:2], regressor="J_std", device="cpu")
    assert record.details["device"] == "cpu"


def test_a_batch_that_does_not_fit_is_done_in_halves_and_the_run_says_so(project_copy, small_card):
    small_card(core.optimize.sequence, holds=5)
    settings, words = replace(get_preset("paper"), iterations=1), []
    with Project.open(project_copy) as project:
        record = run_batch(
            project, "try", settings, rows=ROWS, regressor="J_std", device="cpu",
            progress=lambda done, total, text: words.append(text),
        )  # fmt: skip
        assert project.bodies_present("try")[ROWS].all()
    assert record.state == "done"
    assert record.details["memory"].endswith("going on with 3")
    assert [word for word in words if "memory" in word][-1] == record.details["memory"]


def test_a_subject_whose_shape_needs_more_than_there_is_fails_in_words(project_copy, small_card):
    small_card(core.optimize.block_work, holds=2)
    settings = replace(get_preset("jointlens"), iterations=1, rounds=0)
    with Project.open(project_copy) as project, pytest.raises(DeviceError, match="images at a time"):
        run_batch(project, "try", settings, rows=ROWS, regressor="J_std", device="cpu")


@pytest.mark.parametrize("device", ["tpu", "cuda:99"])
def test_a_device_that_is_not_there_stops_the_command_before_it_starts(project_small, device, capsys):
    assert main(["optimize", str(project_small), "--run", "try", "--device", device]) == 1
    assert f"device is '{device}'" in capsys.readouterr().err
