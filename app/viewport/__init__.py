"""The body of the shown frame in space."""
