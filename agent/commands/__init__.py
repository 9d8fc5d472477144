"""The commands of the terminal, one a file; `playhead.cli` names them. Each is a thin shell over the API."""
