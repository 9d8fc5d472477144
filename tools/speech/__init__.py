"""Where speech comes from: subtitle files and tracks, or speech recognition."""
