"""The lights that the body stands in."""

from __future__ import annotations

from vtkmodules.vtkRenderingCore import vtkLight


def make_lights() -> list[vtkLight]:
    """A key light from the upper left and a weak one from the lower right, both fixed to the camera."""
    lights = []
    for position, intensity in (((-0.6, 0.9, 1.2), 0.9), ((0.9, -0.2, 0.5), 0.35)):
        light = vtkLight()
        light.SetLightTypeToCameraLight()
        light.SetPosition(*position)
        light.SetIntensity(intensity)
        lights.append(light)
    return lights
