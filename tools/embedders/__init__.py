"""Text and image embedders; the file name is the public name."""
