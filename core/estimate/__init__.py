"""Initial bodies estimated from pictures."""
