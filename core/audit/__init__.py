"""Find labels that are wrong: residuals against bodies, findings with intervals, verdicts and influence."""
