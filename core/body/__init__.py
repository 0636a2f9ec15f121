"""Load an SMPL body model, pose it, and move it between frames."""
