"""What is open, shown and selected, and what changed. Knows neither Qt nor torch."""
