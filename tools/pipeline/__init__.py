"""The stages of indexing and what they share: progress, captions, digests, entities."""
