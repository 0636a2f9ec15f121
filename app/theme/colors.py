"""The colours of data and of the window itself, dark and light. Knows nothing of Qt.

Data keep their colours in both themes, because pictures lie under them in both: labels red, J_std green,
J_spin orange, J_opt blue. The colour-blind-safe set takes its hues from Okabe and Ito, "Color Universal
Design" (2008), lightened where they would drown in a dark picture.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass


@dataclass(frozen=True)
class DataColors:
    """Colours of what is measured, as ``#rrggbb``.

    Attributes:
        label: labelled joints.
        expected: where other subjects' labels put a joint.
        regressors: regressor's name -> colour of its joints.
        spare: for regressors without a colour of their own.
        mask: the segmenter's mask.
        silhouette: the body's silhouette.
        missed: in the mask, not covered by the body.
        spilled: covered by the body, not in the mask.
        mesh: the body's wireframe over the picture.
    """

    label: str
    expected: str
    regressors: dict[str, str]
    spare: tuple[str, ...]
    mask: str
    silhouette: str
    missed: str
    spilled: str
    mesh: str

    def joints(self, name: str) -> str:
        """Colour of a regressor's joints; the same name always gives the same colour."""
        return self.regressors.get(name) or self.spare[zlib.crc32(name.encode()) % len(self.spare)]


STANDARD = DataColors(
    label="#ff4d52",
    expected="#7df9e9",
    regressors={
        "J_std": "#35c96a",
        "J_spin": "#ff9a2e",
        "J_opt": "#3f9dff",
        "J_opt_jointlens_1v": "#35d0d6",
        "J_opt_jointlens_4v": "#b88cff",
    },
    spare=("#f06bc3", "#d9cf4a", "#c49a6c", "#9fb4cc"),
    mask="#4fe3c1",
    silhouette="#a493ff",
    missed="#ff4fa8",
    spilled="#ffd84a",
    mesh="#e8edf5",
)

COLOR_BLIND_SAFE = DataColors(
    label="#e8641b",
    expected="#7df9e9",
    regressors={
        "J_std": "#0bb587",
        "J_spin": "#f0e442",
        "J_opt": "#2f8fe0",
        "J_opt_jointlens_1v": "#7cc8f2",
        "J_opt_jointlens_4v": "#d98bb9",
    },
    spare=("#cc79a7", "#e69f00", "#bdbdbd", "#8fa3b8"),
    mask="#56b4e9",
    silhouette="#d98bb9",
    missed="#56b4e9",
    spilled="#d98bb9",
    mesh="#e8edf5",
)

DATA_COLORS: dict[str, DataColors] = {"standard": STANDARD, "safe": COLOR_BLIND_SAFE}


@dataclass(frozen=True)
class Shades:
    """Colours of the window itself, as ``#rrggbb``.

    Attributes:
        window: behind everything.
        surface: panels.
        raised: inputs, buttons, headers.
        hover: the same under the pointer.
        canvas: behind pictures and bodies.
        canvas_low: lower edge of the viewport's background.
        border: lines between things.
        border_strong: outlines of inputs.
        text: what is read.
        muted: what is glanced at; still 4.5 : 1 on ``surface``.
        faint: hints and disabled things; 4.5 : 1 on ``surface`` too.
        accent: what is active; never a colour of data.
        accent_soft: behind selected rows.
        on_accent: text on ``accent``.
        warning: things to look at.
        danger: things that failed.
        success: things that are done.
        warm: strongest cell of a heat map; a ground, not for words.
        cold: strongest cell below zero.
        body: the body's surface.
        plain: the same while something is painted on it, so that the paint stands out.
        grid: the floor's grid.
        terms: energy term -> colour of its curve; ``total`` too.
        spare_terms: for terms that other packages add.
        variants: variant's id -> colour of its mark, its ghost and its curve.
    """

    window: str
    surface: str
    raised: str
    hover: str
    canvas: str
    canvas_low: str
    border: str
    border_strong: str
    text: str
    muted: str
    faint: str
    accent: str
    accent_soft: str
    on_accent: str
    warning: str
    danger: str
    success: str
    warm: str
    cold: str
    body: str
    plain: str
    grid: str
    terms: dict[str, str]
    spare_terms: tuple[str, ...]
    variants: dict[str, str]

    def term(self, id: str) -> str:  # noqa: A002 -- as the table of terms calls it
        """Colour of a term's curve; the same id always gives the same colour."""
        return self.terms.get(id) or self.spare_terms[zlib.crc32(id.encode()) % len(self.spare_terms)]


DARK = Shades(
    window="#12151a",
    surface="#191d24",
    raised="#232831",
    hover="#2d343f",
    canvas="#0c0f13",
    canvas_low="#1b2029",
    border="#2a303a",
    border_strong="#3b4451",
    text="#e7eaef",
    muted="#9ea8b6",
    faint="#8290a0",
    accent="#9d8cff",
    accent_soft="#2c2b48",
    on_accent="#14121f",
    warning="#e8b44c",
    danger="#ff7b7f",
    success="#58c98b",
    warm="#f0a63c",
    cold="#3f9be8",
    body="#c9c4bb",
    plain="#5b616b",
    grid="#39414d",
    terms={
        "joint": "#e6c07a",
        "silhouette": "#a493ff",
        "adversarial": "#6fd3c0",
        "reprojection": "#7fb2ff",
        "initial_pose": "#f28fa5",
        "shape_prior": "#a9bdd4",
        "smoothness": "#d3d77a",
        "angle_limits": "#e08f6b",
        "total": "#e7eaef",
    },
    spare_terms=("#8fd6f0", "#d9a6e8", "#b5c99a", "#e3b7a0"),
    variants={
        "A": "#8fa0bd",
        "B": "#4fb8f0",
        "C": "#ffb14a",
        "D": "#74d987",
        "E": "#ff86c8",
        "F": "#d8d24f",
    },
)

LIGHT = Shades(
    window="#e9ecf0",
    surface="#f7f8fa",
    raised="#ffffff",
    hover="#e6e9f0",
    canvas="#dfe3e8",
    canvas_low="#cbd1d9",
    border="#d5dae1",
    border_strong="#b6bec9",
    text="#1a1f27",
    muted="#566170",
    faint="#687382",
    accent="#5b46d6",
    accent_soft="#e2defa",
    on_accent="#ffffff",
    warning="#855a00",
    danger="#bd1f26",
    success="#17713f",
    warm="#e08a10",
    cold="#1f6cb3",
    body="#d8d2c8",
    plain="#efeeec",
    grid="#a9b2be",
    terms={
        "joint": "#8c6100",
        "silhouette": "#5b46d6",
        "adversarial": "#0b7465",
        "reprojection": "#1f62c4",
        "initial_pose": "#b8325a",
        "shape_prior": "#56687d",
        "smoothness": "#6f7416",
        "angle_limits": "#9a4a22",
        "total": "#1a1f27",
    },
    spare_terms=("#0f6f94", "#8b3aa6", "#4c6b2f", "#8a4f33"),
    variants={
        "A": "#4d5b70",
        "B": "#106aa3",
        "C": "#9c5200",
        "D": "#177530",
        "E": "#b02c78",
        "F": "#6b6500",
    },
)

SHADES: dict[str, Shades] = {"dark": DARK, "light": LIGHT}


def to_rgb(color: str) -> tuple[int, int, int]:
    """``#rrggbb`` -> three integers, 0 to 255."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def to_shares(color: str) -> tuple[float, float, float]:
    """``#rrggbb`` -> red, green and blue, 0 to 1, as VTK wants them."""
    red, green, blue = to_rgb(color)
    return red / 255, green / 255, blue / 255


def mix(first: str, second: str, share: float) -> str:
    """``share`` of the second colour in the first."""
    channels = (round(a + (b - a) * share) for a, b in zip(to_rgb(first), to_rgb(second)))
    return "#{:02x}{:02x}{:02x}".format(*channels)


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours, 1 to 21, as WCAG 2.2 defines it."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    linear = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (channel / 255 for channel in to_rgb(color))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
