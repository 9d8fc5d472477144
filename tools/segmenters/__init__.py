"""Ways to cut a video into clips; the file name is the public name."""
