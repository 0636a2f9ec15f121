"""Joint regressors: the record, its files, fitting and comparison."""
