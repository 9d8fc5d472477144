"""Video readers; the file name is the public name."""
