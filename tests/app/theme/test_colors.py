from __future__ import annotations

import itertools

import numpy as np
import pytest

from app.theme.colors import COLOR_BLIND_SAFE, DATA_COLORS, SHADES, STANDARD, contrast, mix, to_rgb


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_what_is_read_stands_out_from_its_ground(theme: str) -> None:
    shades = SHADES[theme]
    for ground in (shades.window, shades.surface, shades.raised, shades.accent_soft):
        assert contrast(shades.text, ground) > 7
        assert contrast(shades.muted, ground) > 4.5
    assert contrast(shades.on_accent, shades.accent) > 4.5
    for name in ("faint", "accent", "warning", "danger", "success"):
        assert contrast(getattr(shades, name), shades.surface) > 4.5, name
    for color in (*shades.terms.values(), *shades.variants.values()):
        assert contrast(color, shades.surface) > 4.5, color  # figures are written in them


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_ghosts_can_be_told_from_the_body_and_from_one_another(theme: str) -> None:
    shades = SHADES[theme]
    used = [shades.body, *shades.variants.values()]
    for first, second in itertools.combinations(used, 2):
        assert np.abs(np.subtract(to_rgb(first), to_rgb(second))).sum() > 60, (first, second)


def test_labels_are_red_and_the_three_regressors_green_orange_and_blue() -> None:
    def hue(color: str) -> int:
        return int(np.argmax(to_rgb(color)))

    assert hue(STANDARD.label) == 0
    assert hue(STANDARD.joints("J_std")) == 1
    red, green, blue = to_rgb(STANDARD.joints("J_spin"))
    assert red > green > blue
    assert hue(STANDARD.joints("J_opt")) == 2


@pytest.mark.parametrize("name", list(DATA_COLORS))
def test_colours_of_joints_differ_from_one_another(name: str) -> None:
    colors = DATA_COLORS[name]
    used = [colors.label, *colors.regressors.values()]
    for first, second in itertools.combinations(used, 2):
        assert np.abs(np.subtract(to_rgb(first), to_rgb(second))).sum() > 60, (first, second)


def test_a_regressor_without_a_colour_of_its_own_always_gets_the_same() -> None:
    assert STANDARD.joints("mine") == STANDARD.joints("mine")
    assert STANDARD.joints("mine") in STANDARD.spare
    assert COLOR_BLIND_SAFE.joints("mine") in COLOR_BLIND_SAFE.spare


def test_mixing_goes_from_one_colour_to_the_other() -> None:
    assert mix("#000000", "#ffffff", 0) == "#000000"
    assert mix("#000000", "#ffffff", 1) == "#ffffff"
    assert mix("#000000", "#ff8000", 0.5) == "#804000"
