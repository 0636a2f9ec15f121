"""The named settings that runs start from.

``paper``: the text of Hedlin, Rhodin, Yi, CRV 2022 (sections 3 and 4): Adam, 100 steps of 1e-2, momentum 0.9,
three terms brought to equal magnitude.

``paper-quick``: the same energy, met in a quarter of the steps. Each kind of variable has a rate of its own,
such that one step moves a vertex about as far whichever of them takes it (Adam's steps are as long as its
rates, whatever the gradient), both moments forget faster, and the rates fall over the last half.

``released-code``: what the paper's own program does beyond or beside the text: translation by descent to the
2D joints first, these as a fourth term, fixed weights. It averages squares over coordinates where the terms
here average squared distances, hence the divisors.

``jointlens``: the best recipe known to us: joints compared in camera space, a weak pull to the initial
rotations in place of the discriminators, one shape a subject, masks taken as outlines that are a little off,
and rounds in which regressor and bodies are fitted in turn, while joints come to count for more as the
regressor comes nearer to what the labels mean. Its terms are not balanced: their weights are, up to a common
factor, half the inverse variance of what each source gets wrong (joints by 10 mm through a regressor that is
yet to be corrected, outlines by half a pixel of the crop in pieces of some ten pixels, rotations by 8
degrees), which balancing at the start would hide.
"""

from __future__ import annotations

from dataclasses import replace

from core.energy.terms import TERMS
from core.errors import SettingsError
from core.optimize.settings import Settings, TermSetting


def _terms(on: dict[str, float], *, off: dict[str, float]) -> dict[str, TermSetting]:
    """Terms with their weights; those that are off have the weight that switching them on starts from."""
    weights = {**off, **on}
    return {name: TermSetting(name in on, weights.get(name, term.weight)) for name, term in TERMS.items()}


_PAPER = Settings(
    preset="paper",
    terms=_terms(
        {"joint": 1.0, "silhouette": 1.0, "adversarial": 1.0},
        off={
            "reprojection": 1.0,
            "initial_pose": 0.02,
            "shape_prior": 0.01,
            "smoothness": 1e3,
            "angle_limits": 0.01,
        },
    ),
    iterations=100,
    step_size=1e-2,
    betas_step_size=1e-2,
    momentum=0.9,
    schedule="sequential",
)

PRESETS: dict[str, Settings] = {
    settings.preset: settings
    for settings in (
        _PAPER,
        replace(
            _PAPER,
            preset="paper-quick",
            iterations=25,
            step_size=3.5e-2,
            transl_step_size=1.5e-2,
            betas_step_size=0.45,
            momentum=0.75,
            second_momentum=0.85,
            decay_from=0.65,
        ),
        Settings(
            preset="released-code",
            terms=_terms(
                {"joint": 1e4 / 3, "silhouette": 100.0, "adversarial": 10.0, "reprojection": 1e-2 / 2},
                off={"initial_pose": 0.2, "shape_prior": 0.1, "smoothness": 1e4, "angle_limits": 0.1},
            ),
            balanced=False,
            placing_steps=1000,
            schedule="sequential",
        ),
        Settings(
            preset="jointlens",
            terms=_terms(
                {"joint": 85.0, "silhouette": 18.0, "initial_pose": 0.013, "shape_prior": 1e-4},
                off={"adversarial": 0.05, "reprojection": 0.01, "smoothness": 20.0, "angle_limits": 1e-4},
            ),
            iterations=100,
            step_size=2e-2,
            betas_step_size=4e-2,
            momentum=0.9,
            decay_from=0.6,
            joint_alignment="absolute",
            balanced=False,
            one_shape=True,
            mask_ramp=2.0,
            rounds=6,
            round_iterations=30,
            round_rate=0.5,
            round_joint_gain=1.4,
        ),
    )
}


#: Presets that have a recipe of their own for views that share a body: masks from all sides tell more than
#: joints through a regressor that is being corrected, and leave less for the priors to decide.
_SHARED: dict[str, Settings] = {
    "jointlens": replace(
        PRESETS["jointlens"].with_term("silhouette", weight=90.0),
        views=4,
        rounds=5,
        round_iterations=30,
        round_joint_gain=1.7,
    ),
}


def get_preset(name: str, *, views: int = 1) -> Settings:
    """The settings of a preset.

    Args:
        name: of the preset.
        views: how many views of an instant share one body.

    Raises:
        SettingsError: no preset has that name, or the number of views is below one.
    """
    if name not in PRESETS:
        raise SettingsError(f"{name!r} is no preset; expected one of {', '.join(PRESETS)}")
    settings = PRESETS[name] if views == 1 else _SHARED.get(name, PRESETS[name])
    return replace(settings, views=views)


def is_preset(settings: Settings) -> bool:
    """Whether settings are those of their preset, with nothing changed."""
    return settings.preset in PRESETS and settings == get_preset(settings.preset, views=settings.views)


def share_views(settings: Settings, views: int) -> Settings:
    """The settings with so many views that share a body: a preset's own for them, unless it was changed."""
    return get_preset(settings.preset, views=views) if is_preset(settings) else replace(settings, views=views)
