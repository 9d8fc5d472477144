"""One way of answering a question a file; each builds a graph over the same tools."""
