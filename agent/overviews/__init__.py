"""What a recording is about as a whole, without any model: extracts, every line with its seconds."""
