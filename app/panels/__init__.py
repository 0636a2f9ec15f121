"""What stands beside the picture: tree, terms, regressors, labels, inspector, jobs."""
