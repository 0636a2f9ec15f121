"""The synthetic studio: a data set in the field's own formats whose truth is known."""
