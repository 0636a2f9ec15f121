"""Limbs are found by the names of mirrored joints, whatever the joint set."""

from __future__ import annotations

import pytest

from core.errors import DatasetError
from core.joints import H36M_17, JointSet
from core.limbs import find_limbs, get_limb


def test_human36m_has_legs_arms_and_all() -> None:
    limbs = find_limbs(H36M_17)
    assert set(limbs) == {"legs", "arms", "all"}
    assert limbs["legs"] == ((1, 4), (2, 5), (3, 6))
    assert limbs["all"] == H36M_17.pairs
    assert get_limb(H36M_17, "arms") == ((14, 11), (15, 12), (16, 13))


def test_eyes_are_of_no_limb_and_one_limb_alone_is_not_all() -> None:
    legs = JointSet("legs", ("root", "r_hip", "l_hip"), (-1, 0, 0), ((1, 2),))
    assert find_limbs(legs) == {"legs": ((1, 2),)}
    face = JointSet("face", ("nose", "r_eye", "l_eye"), (-1, 0, 0), ((1, 2),))
    assert find_limbs(face) == {"all": ((1, 2),)}
    with pytest.raises(DatasetError, match="'arms' is no limb of legs; expected one of legs"):
        get_limb(legs, "arms")
