"""A sample film, and questions about it."""
