"""One question set a file; the file name is the public name."""
