"""Which subjects of a data set regressors are tested on; they are fitted to the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from shlex import quote

from core.data.dataset import Dataset
from core.project.subject_split import check_test_subjects, list_test_subjects


def name_test_subjects(dataset: Dataset, named: Sequence[str]) -> Dataset:
    """The data set with test subjects of its own; as it is, with Human3.6M's, where none is named.

    Raises:
        SettingsError: one is no subject of the data set, or none is left to fit to.
    """
    subjects = sorted({key.subject for key in dataset.keys})
    return replace(dataset, test_subjects=check_test_subjects(subjects, named))


def describe_split(subjects: Sequence[str], named: Sequence[str]) -> list[str]:
    """A sentence where nobody is left to test on.

    Args:
        subjects: of the data set.
        named: of them, as test subjects.
    """
    if list_test_subjects(subjects, named):
        return []
    if len(subjects) == 1:
        return [
            f"no test subjects, which evaluate counts: there is {subjects[0]} alone; see evaluate --subjects"
        ]
    return [
        "no test subjects, which evaluate counts: name some, e.g. import --test-subjects "
        f"{quote(subjects[-1])}; nothing is then fitted to them"
    ]
