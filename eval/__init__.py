"""Benchmarks, scoring and reports."""
