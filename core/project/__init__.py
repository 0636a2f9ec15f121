"""A project on disk: index, arrays, bodies, regressors, runs, flags and the journal of edits."""
