"""Defects of Human3.6M's labels that are known already, where the cameras tell that it is Human3.6M."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from core.cameras import Camera
from core.project.finding import Finding, name_finding
from core.resources import resource_path

if TYPE_CHECKING:
    from core.project.project import Project

_FILE = "known_h36m_defects.json"
#: Pixels that focal lengths and principal points may differ by: files round them differently.
_TOLERANCE = 0.5
#: Millimetres that a known shift is uncertain by.
_UNCERTAINTY = 20.0
_SCORE = 12.0
_FRAMES = 4


def list_known_findings(project: Project) -> tuple[list[Finding], list[str]]:
    """Findings that need no test, and what else is known; empty unless the data are Human3.6M's.

    Sequences go by the names of h36m-fetch, which numbers all (``SittingDown-1``, ``SittingDown-2``), or of
    the original files, as in SPIN's (``SittingDown``, ``SittingDown 1``): one name means two sequences.
    """
    known = json.loads(resource_path(_FILE).read_text(encoding="utf-8"))
    if project.synthetic or not is_recognised(project.cameras, known["recognised_by"]):
        return [], []
    findings = []
    for shift in known["shifts"]:
        action = shift["sequence"].partition("-")[0]
        original = len(project.rows_of(shift["subject"], action)) > 0
        sequence = shift["original" if original else "sequence"]
        if len(project.rows_of(shift["subject"], sequence)):
            findings.append(_make_finding(project, shift, sequence))
    return findings, list(known["notes"])


def add_known_findings(measured: Sequence[Finding], known: Sequence[Finding]) -> list[Finding]:
    """Findings of an audit with what is known: first what it could not see itself, then its own.

    One that it has measured as well keeps what was measured, and the source of the knowledge speaks for it.
    """
    sources = {finding.id: finding.evidence_for for finding in known}
    unseen = sources.keys() - {finding.id for finding in measured}
    return [
        *(finding for finding in known if finding.id in unseen),
        *(
            replace(finding, evidence_for=(*finding.evidence_for, *sources.get(finding.id, ())))
            for finding in measured
        ),
    ]


def is_recognised(
    cameras: Mapping[tuple[str, str], Camera], calibration: Mapping[str, Mapping[str, Any]]
) -> bool:
    """Whether every camera has the name and the lens of one of a calibration's."""
    return bool(cameras) and all(
        name in calibration
        and np.allclose(camera.lens.f, calibration[name]["f"], atol=_TOLERANCE)
        and np.allclose(camera.lens.c, calibration[name]["c"], atol=_TOLERANCE)
        for (_, name), camera in cameras.items()
    )


def _make_finding(project: Project, shift: Mapping[str, Any], sequence: str) -> Finding:
    subject, effect = str(shift["subject"]), float(shift["effect_mm"])
    rows = project.rows_of(subject, sequence)
    shown = rows[np.unique(np.linspace(0, len(rows) - 1, _FRAMES).astype(np.intp))]
    return Finding(
        id=name_finding("sequence-shift", subject, sequence=sequence),
        kind="sequence-shift",
        subject=subject,
        joint=None,
        sequence=sequence,
        frames=None,
        effect_mm=effect,
        interval_mm=(effect - _UNCERTAINTY, effect + _UNCERTAINTY),
        verdict="bad-label",
        sentence=f"All labels of {subject} {sequence} lie about {effect:.0f} mm beside the person, "
        "as is known of Human3.6M.",
        evidence_for=(f"known of Human3.6M: {shift['source']}",),
        evidence_against=("reprojection cannot see it, as 2D and 3D labels are shifted alike",),
        best_frames=tuple(str(project.keys[int(row)]) for row in shown),
        score=_SCORE,
    )
