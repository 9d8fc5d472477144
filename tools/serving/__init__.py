"""How models are reached: servers and their limits, retries, in-process models, replies held to a schema."""
