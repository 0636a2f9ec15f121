"""What is written over a variant's body."""

from __future__ import annotations

import numpy as np

from app.session.frame_data import FrameData
from app.session.optimisation import OptimisationState, Variant


def caption_variant(run: OptimisationState, variant: Variant, frame: FrameData, *, regressor: str) -> str:
    """Name, how well the body agrees with labels and mask, and the iteration if it is not the axis'.

    Args:
        run: of the variant.
        variant: as it is shown.
        frame: with its body.
        regressor: whose joints are compared with the labels.
    """
    parts = []
    errors = frame.errors_mm.get(regressor)
    if errors is not None and np.isfinite(errors).any():
        parts.append(f"{np.nanmean(errors):.1f} mm")
    overlap = measure_overlap(frame)
    if overlap is not None:
        parts.append(f"IoU {overlap:.2f}")
    title = run.title_of(variant)
    if run.course is not None and variant.shown != run.course.shown:
        title += f"  ({variant.shown})"
    return f"{title}\n{'   '.join(parts)}"


def measure_overlap(frame: FrameData) -> float | None:
    """Intersection over union of silhouette and mask on the crop; None where one of them is missing."""
    if frame.silhouette_crop is None or frame.mask_crop is None:
        return None
    union = float(np.maximum(frame.silhouette_crop, frame.mask_crop).sum())
    return float(np.minimum(frame.silhouette_crop, frame.mask_crop).sum()) / union if union else None
