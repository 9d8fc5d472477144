"""A run, from the first event to the answer."""
