"""Containers, packets, frames: opened safely, decoded exactly, compared, cut, drawn."""
