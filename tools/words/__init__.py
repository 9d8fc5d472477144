"""Cues and lines: read from any file, cleaned, joined, followed over the screen, cut by subject."""
