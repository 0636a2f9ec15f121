"""The names that Human3.6M's subjects, actions, cameras and pictures go by in the field.

Sources: SPIN's ``datasets/preprocess/h36m.py`` (``S9_Greeting_1.60457274_000001.jpg``), h36m-fetch
(``S9/Greeting-1/imageSequence/60457274/img_000001.jpg``) and 3DMPPE_POSENET's ``Human36M.py``
(``s_09_act_05_subact_01_ca_04_000001.jpg``, actions numbered from 2, cameras from 1).
"""

from __future__ import annotations

import re

from core.types import FrameKey, compose

#: By 3DMPPE_POSENET's number, from 2.
ACTIONS = (
    "Directions", "Discussion", "Eating", "Greeting", "Phoning", "Posing", "Purchases", "Sitting",
    "SittingDown", "Smoking", "Photo", "Waiting", "Walking", "WalkDog", "WalkTogether",
)  # fmt: skip
FIRST_ACTION = 2
#: By 3DMPPE_POSENET's number, from 1.
CAMERAS = ("54138969", "55011271", "58860488", "60457274")
#: Of their pictures, width and height.
SIZES = ((1000, 1002), (1000, 1000), (1000, 1000), (1000, 1002))

#: What the same action is called elsewhere.
_OTHER_NAMES = {"TakingPhoto": "Photo", "WalkingDog": "WalkDog", "WalkingTogether": "WalkTogether"}

#: Numbers that Python's int() takes; those that are still too large are told apart from other names.
_NUMBER = r"(\d{1,18})"
_SPIN_NAME = re.compile(rf"(?:.*/)?([^/_]+)_([^/]+)\.([^/.]+)_{_NUMBER}\.\w+")
_H36M_FETCH_NAME = re.compile(rf"(?:.*/)?([^/]+)/([^/]+)/imageSequence/([^/]+)/img_{_NUMBER}\.\w+")
_KEY = re.compile(rf"([^/]+)/([^/]+)/([^/]+)/{_NUMBER}")
_MKS_NAME = re.compile(rf"(?:.*/)?s_{_NUMBER}_act_{_NUMBER}_subact_{_NUMBER}_ca_{_NUMBER}_{_NUMBER}\.\w+")


def parse_image_name(name: str) -> FrameKey | None:
    """Frame that a picture's name tells, in one of the field's ways or as our key; None where it tells none.

    SPIN writes a subaction as ``Greeting_1`` or ``Greeting 1``, h36m-fetch as ``Greeting-1``; a key stands as
    it is.
    """
    name = compose(name)
    if (key := _KEY.fullmatch(name)) is not None:
        return FrameKey(key[1], key[2], key[3], int(key[4])) if int(key[4]) else None
    numbered = _MKS_NAME.fullmatch(name)
    if numbered is not None:
        subject, action, subaction, camera, number = map(int, numbered.groups())
        named = name_sequence(action, subaction)
        if named is None or not 1 <= camera <= len(CAMERAS) or number < 1:
            return None
        return FrameKey(f"S{subject}", named, CAMERAS[camera - 1], number)
    found = _H36M_FETCH_NAME.fullmatch(name) or _SPIN_NAME.fullmatch(name)
    if found is None or int(found[4]) < 1:
        return None
    subject_name, action_name, camera_name, number_text = found.groups()
    return FrameKey(subject_name, re.sub(r"[ _](?=\d+$)", "-", action_name), camera_name, int(number_text))


def name_sequence(action: int, subaction: int) -> str | None:
    """``Greeting-1`` of 3DMPPE_POSENET's numbers; None where there is no such action."""
    number = action - FIRST_ACTION
    return f"{ACTIONS[number]}-{subaction}" if 0 <= number < len(ACTIONS) else None


def number_sequence(action: str) -> tuple[int, int] | None:
    """3DMPPE_POSENET's action and subaction of ``Greeting-1``; None where it has none."""
    base, _, subaction = action.partition("-")
    base = _OTHER_NAMES.get(base, base)
    if base not in ACTIONS or not subaction.isdecimal():
        return None
    return ACTIONS.index(base) + FIRST_ACTION, int(subaction)


def find_base_action(action: str) -> str:
    """The action without its subaction, by the name that all its other names stand for."""
    base = re.sub(r"[-_ ]\d+$", "", action)
    return _OTHER_NAMES.get(base, base)
