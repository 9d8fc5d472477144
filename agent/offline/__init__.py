"""Answering without any model: plain functions from a question and memories to supported answers."""
