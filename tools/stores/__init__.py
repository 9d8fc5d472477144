"""Vector stores; the file name is the public name."""
