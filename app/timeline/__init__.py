"""The two axes of time: frames of the shown shot, iterations of the live run."""
