"""Figures of the paper on a project's data, drawn without a display."""
