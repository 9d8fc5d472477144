"""A package that pretends to be vLLM."""
