"""What draws in three dimensions here: a graphics card, the processor in its place, or nothing."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt6.QtGui import QOffscreenSurface, QOpenGLContext
from PyQt6.QtOpenGL import QOpenGLFunctions_2_0, QOpenGLVersionFunctionsFactory, QOpenGLVersionProfile

_GL_RENDERER = 0x1F01
#: Renderers of Mesa and others that compute on the processor.
_SOFTWARE = ("llvmpipe", "softpipe", "swrast", "swiftshader", "software")
#: Samples a pixel on a graphics card; on the processor each costs as much as the picture itself.
_SAMPLES = 4


@dataclass(frozen=True)
class Graphics:
    """What OpenGL says of itself.

    Attributes:
        renderer: its name; empty where there is none.
    """

    renderer: str

    @property
    def present(self) -> bool:
        """Whether anything can be drawn in three dimensions."""
        return bool(self.renderer)

    @property
    def software(self) -> bool:
        """Whether the processor draws."""
        return any(name in self.renderer.lower() for name in _SOFTWARE)

    @property
    def samples(self) -> int:
        """Samples a pixel that edges are smoothed with."""
        return 1 if self.software else _SAMPLES


def probe_graphics() -> Graphics:
    """Ask OpenGL, without opening a window; there has to be an application."""
    context = QOpenGLContext()
    if not context.create():
        return Graphics("")
    surface = QOffscreenSurface()
    surface.setFormat(context.format())
    surface.create()
    if not context.makeCurrent(surface):
        return Graphics("")
    try:
        profile = QOpenGLVersionProfile()
        profile.setVersion(2, 0)
        functions = QOpenGLVersionFunctionsFactory.get(profile, context)
        if not isinstance(functions, QOpenGLFunctions_2_0) or not functions.initializeOpenGLFunctions():
            return Graphics("unknown")
        return Graphics(str(functions.glGetString(_GL_RENDERER) or "unknown"))
    finally:
        context.doneCurrent()
