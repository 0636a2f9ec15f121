import json
from dataclasses import replace

import pytest

from core.energy.terms import TERMS
from core.errors import SettingsError
from core.optimize.presets import PRESETS, get_preset
from core.optimize.settings import Settings


def test_paper_runs_the_papers_three_terms_at_equal_weight():
    settings = get_preset("paper")
    assert settings.active == ("joint", "silhouette", "adversarial")
    assert {settings.terms[name].weight for name in settings.active} == {1.0}
    assert (settings.iterations, settings.step_size, settings.momentum) == (100, 1e-2, 0.9)


def test_released_code_places_first_and_weighs_as_its_program_does():
    """``j2d/100 + silhouette*100 + joint*10000 + disc*10``, means over 2 and 3 coordinates where ours sum."""
    settings = get_preset("released-code")
    weights = {name: settings.terms[name].weight for name in settings.active}
    assert weights == pytest.approx(
        {"joint": 1e4 / 3, "silhouette": 100.0, "adversarial": 10.0, "reprojection": 0.005}
    )
    assert not settings.balanced
    assert (settings.placing_steps, settings.iterations, settings.step_size) == (1000, 100, 1e-2)


def test_quick_preset_has_the_papers_energy_and_a_quarter_of_its_steps():
    paper, quick = get_preset("paper"), get_preset("paper-quick")
    assert quick.terms == paper.terms
    assert quick.balanced == paper.balanced
    assert 4 * quick.iterations <= paper.iterations


def test_a_translation_without_a_rate_has_that_of_the_rotations():
    paper = get_preset("paper")
    assert paper.rates == (paper.step_size, paper.step_size, paper.betas_step_size)
    assert replace(paper, transl_step_size=0.5).rates[1] == 0.5


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("transl_step_size", 0.0),
        ("momentum", 1.0),
        ("second_momentum", -0.1),
        ("momentum", float("nan")),
    ],
)
def test_rates_that_mean_nothing_are_refused(field, value):
    with pytest.raises(SettingsError, match=f"{field} is {value}"):
        replace(get_preset("paper"), **{field: value})


def test_a_term_can_only_need_what_is_known_to_go_missing():
    with pytest.raises(ValueError, match="needs \\['shade'\\]"):
        replace(TERMS["joint"], needs=("labels", "shade"))


@pytest.mark.parametrize("name", list(PRESETS))
def test_settings_survive_json(name):
    settings = get_preset(name)
    assert Settings.from_dict(json.loads(json.dumps(settings.to_dict()))) == settings


def test_a_changed_term_leaves_the_original_alone():
    paper = get_preset("paper")
    changed = paper.with_term("silhouette", on=False).with_term("joint", weight=3)
    assert changed.active == ("joint", "adversarial")
    assert changed.terms["joint"].weight == 3.0
    assert paper.active == ("joint", "silhouette", "adversarial")


def test_a_run_from_before_a_term_existed_has_it_off():
    old = get_preset("paper").to_dict()
    del old["terms"]["smoothness"]
    read = Settings.from_dict(old)
    assert read.terms["smoothness"].on is False
    assert read.agrees_with(get_preset("paper"))
    assert not read.with_term("smoothness", on=True, weight=1).agrees_with(get_preset("paper"))


def test_only_the_named_terms_stay_on():
    assert get_preset("paper").with_only(["joint", "reprojection"]).active == ("joint", "reprojection")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda paper: paper.with_term("shading", on=True), "is no term"),
        (lambda paper: paper.with_term("joint", weight=-1), "weight of joint"),
        (lambda paper: paper.with_only([]), "no term is left"),
        (lambda paper: Settings.from_dict({**paper.to_dict(), "colour": 1}), "unknown fields"),
        (
            lambda paper: Settings.from_dict({**paper.to_dict(), "terms": {"x": {"on": True, "weight": 1}}}),
            "another package",
        ),
        (lambda paper: Settings.from_dict({**paper.to_dict(), "iterations": 0}), "iterations"),
        (lambda paper: get_preset(paper.preset + "!"), "is no preset"),
    ],
)
def test_impossible_settings_are_refused_in_one_line(spoil, words):
    with pytest.raises(SettingsError, match=words):
        spoil(get_preset("paper"))
