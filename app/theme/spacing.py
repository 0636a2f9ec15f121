"""Distances and sizes in device-independent pixels, all on a grid of four."""

HAIR = 2
TIGHT = 4
GAP = 8
WIDE = 12
ROOMY = 16

RADIUS = 5
CONTROL_HEIGHT = 26
ICON = 16
