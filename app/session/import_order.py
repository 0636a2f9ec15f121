"""What is to be imported: checked beside the project's place first, and moved there when it is kept."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import SettingsError


@dataclass(frozen=True)
class ImportOrder:
    """The parts of a data set and the project that is made of them.

    Attributes:
        project: folder to make.
        dataset: folder or file; referred to, never changed.
        body: body model file.
        estimates: estimator -> file.
        regressors: name -> file.
        test_subjects: that nothing is to be fitted to; Human3.6M's if none is named.
    """

    project: Path
    dataset: Path
    body: Path
    estimates: dict[str, Path]
    regressors: dict[str, Path]
    test_subjects: tuple[str, ...] = ()

    @property
    def partial(self) -> Path:
        """Where it is made until it is kept: beside the project, so that moving it is one step."""
        return self.project.with_name(f".{self.project.name}.importing")

    @property
    def preview(self) -> Path:
        """File with what was found."""
        return self.partial.with_suffix(".preview.json")

    def check(self) -> None:
        """Raise a SettingsError where a part is missing or the project's folder is taken."""
        for what, path in (("project", self.project), ("data set", self.dataset), ("body model", self.body)):
            if path == Path():
                raise SettingsError(f"the {what} is missing")
        if not self.dataset.exists():
            raise SettingsError(f"{self.dataset}: is not there; expected the data set's folder or file")
        if not self.body.is_file():
            raise SettingsError(f"{self.body}: is no file; expected the SMPL body model")
        if self.project.exists():
            raise SettingsError(f"{self.project}: is there already; choose another folder")

    def read_preview(self) -> dict[str, Any]:
        """What was found, as ``import --json`` prints it."""
        return dict(json.loads(self.preview.read_text(encoding="utf-8")))

    def keep(self) -> None:
        """Move what was made to the project's place.

        Raises:
            SettingsError: it cannot be moved.
        """
        self.preview.unlink(missing_ok=True)
        try:
            self.partial.rename(self.project)
        except OSError as error:
            raise SettingsError(f"{self.project}: cannot be made ({error.strerror})") from error

    def discard(self) -> None:
        """Leave no trace."""
        self.preview.unlink(missing_ok=True)
        if self.partial.exists():
            shutil.rmtree(self.partial)


def parse_named_files(text: str) -> dict[str, Path]:
    """``NAME=FILE`` lines as a mapping, in their order.

    Raises:
        SettingsError: a line is no such pair, or a name comes twice.
    """
    files: dict[str, Path] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, equals, file = (part.strip() for part in line.partition("="))
        if not (name and equals and file):
            raise SettingsError(f"{line}: expected NAME=FILE, e.g. spin=estimates/spin.npz")
        if name in files:
            raise SettingsError(f"{line}: {name} is given twice")
        files[name] = Path(file)
    return files


def list_found(found: dict[str, Any]) -> list[tuple[str, str]]:
    """What an import found, as ``import --json`` prints it, in words for a person: (about what, words)."""
    agreement, sides = found["view_agreement_mm"], found["right_share"]
    return [
        (
            "data set",
            f"{'synthetic studio, ' if found['synthetic'] else ''}{found['format']},"
            f" {found['frames']} frames of {found['sequences']} sequences",
        ),
        ("subjects", _tell_subjects(found)),
        ("cameras", ", ".join(found["cameras"])),
        (
            "labels",
            f"{found['joint_set']}, from {found['label_origin']}, {_tell_unit(found)}"
            + ("" if sides is None else f"; right is right in {100 * sides:.1f}% of the frames"),
        ),
        (
            "geometry",
            _tell_reprojection(found)
            + ("" if agreement is None else f", views agree within {agreement:.1f} mm"),
        ),
        ("files", f"{found['pictures']} pictures, {found['masks']} masks"),
        ("body", f"{found['body']}, topology {found['topology']}"),
        *(
            ("estimates", f"{name}: {count} bodies; {found['matching'][name]}")
            for name, count in found["estimates"].items()
        ),
        *(
            (
                "regressor",
                f"{name}: {told['order_in_file']}"
                + (", rectified and normalised" if told["normalised"] else ""),
            )
            for name, told in found["regressors"].items()
        ),
        *(("note", note) for note in found["notes"]),
    ]


def _tell_subjects(found: dict[str, Any]) -> str:
    told, test = ", ".join(found["subjects"]), found["test_subjects"]
    return f"{told}; of them to test on {', '.join(test)}" if test else told


def _tell_reprojection(found: dict[str, Any]) -> str:
    if found["projected_keypoints"]:
        return "2D labels are projected from the 3D ones: nothing to compare"
    distance = found["reprojection_px"]
    return f"reprojection {'cannot be told' if distance is None else f'{distance:.2f} px'}"


def _tell_unit(found: dict[str, Any]) -> str:
    in_file, kept = found["labels_in_file"], found["label_frame"]
    return str(in_file if in_file == kept else f"{in_file} (kept as {kept})")
