"""Chat model backends; the file name is the name in `--model NAME:MODEL`."""
