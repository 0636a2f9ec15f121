"""The joint sets that Jointlens knows by name besides Human3.6M's: COCO's 17 and OpenPose's 25.

Sources: ``keypoints`` of COCO's person category; ``POSE_BODY_25_BODY_PARTS`` of OpenPose. COCO has no
pelvis, so its root-relative errors subtract the right hip. Places of the face and the feet are told from
the nearest joint of SMPL in its rest pose.
"""

from __future__ import annotations

from core.errors import DatasetError
from core.joints import H36M_17, JointSet, Place

_NOSE = Place(15, (0.0, 0.0, 0.12), 0.15)
_LEFT_EYE, _RIGHT_EYE = Place(15, (0.03, 0.04, 0.09), 0.15), Place(15, (-0.03, 0.04, 0.09), 0.15)
_LEFT_EAR, _RIGHT_EAR = Place(15, (0.08, 0.02, 0.0), 0.15), Place(15, (-0.08, 0.02, 0.0), 0.15)
_LEFT_BIG_TOE, _RIGHT_BIG_TOE = Place(10, (-0.03, -0.01, 0.05), 0.15), Place(11, (0.03, -0.01, 0.05), 0.15)
_LEFT_SMALL_TOE, _RIGHT_SMALL_TOE = (
    Place(10, (0.04, -0.01, 0.02), 0.15),
    Place(11, (-0.04, -0.01, 0.02), 0.15),
)
_LEFT_HEEL, _RIGHT_HEEL = Place(7, (0.0, -0.05, -0.05), 0.15), Place(8, (0.0, -0.05, -0.05), 0.15)

COCO_17 = JointSet(
    name="coco-17",
    names=(
        "Nose", "LEye", "REye", "LEar", "REar", "LShoulder", "RShoulder", "LElbow", "RElbow", "LWrist",
        "RWrist", "LHip", "RHip", "LKnee", "RKnee", "LAnkle", "RAnkle",
    ),
    parents=(-1, 0, 0, 1, 2, 0, 0, 5, 6, 7, 8, 5, 6, 11, 12, 13, 14),
    pairs=((2, 1), (4, 3), (6, 5), (8, 7), (10, 9), (12, 11), (14, 13), (16, 15)),
    subsets={"all": tuple(range(17)), "limbs-12": (16, 14, 12, 11, 13, 15, 10, 8, 6, 5, 7, 9)},
    pelvis=12,
    places=(
        _NOSE, _LEFT_EYE, _RIGHT_EYE, _LEFT_EAR, _RIGHT_EAR, Place(16), Place(17), Place(18), Place(19),
        Place(20), Place(21), Place(1), Place(2), Place(4), Place(5), Place(7), Place(8),
    ),
)  # fmt: skip

OPENPOSE_25 = JointSet(
    name="openpose-25",
    names=(
        "Nose", "Neck", "RShoulder", "RElbow", "RWrist", "LShoulder", "LElbow", "LWrist", "MidHip", "RHip",
        "RKnee", "RAnkle", "LHip", "LKnee", "LAnkle", "REye", "LEye", "REar", "LEar", "LBigToe", "LSmallToe",
        "LHeel", "RBigToe", "RSmallToe", "RHeel",
    ),
    parents=(1, 8, 1, 2, 3, 1, 5, 6, -1, 8, 9, 10, 8, 12, 13, 0, 0, 15, 16, 14, 19, 14, 11, 22, 11),
    pairs=(
        (2, 5), (3, 6), (4, 7), (9, 12), (10, 13), (11, 14), (15, 16), (17, 18), (22, 19), (23, 20), (24, 21),
    ),
    subsets={"all": tuple(range(25)), "limbs-12": (11, 10, 9, 12, 13, 14, 4, 3, 2, 5, 6, 7)},
    pelvis=8,
    places=(
        _NOSE, Place(12, reach=0.18), Place(17), Place(19), Place(21), Place(16), Place(18), Place(20),
        Place(0), Place(2), Place(5), Place(8), Place(1), Place(4), Place(7), _RIGHT_EYE, _LEFT_EYE,
        _RIGHT_EAR, _LEFT_EAR, _LEFT_BIG_TOE, _LEFT_SMALL_TOE, _LEFT_HEEL, _RIGHT_BIG_TOE, _RIGHT_SMALL_TOE,
        _RIGHT_HEEL,
    ),
)  # fmt: skip

JOINT_SETS: dict[str, JointSet] = {joints.name: joints for joints in (H36M_17, COCO_17, OPENPOSE_25)}


def get_joint_set(name: str) -> JointSet:
    """A built-in joint set by name.

    Raises:
        DatasetError: there is none of that name.
    """
    if name not in JOINT_SETS:
        raise DatasetError(f"{name!r} is no joint set; expected one of {', '.join(JOINT_SETS)}, or a file")
    return JOINT_SETS[name]
