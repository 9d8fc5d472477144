"""From sound to sentences: decoded in units, heard by Whisper, doubted, and cut where sentences end."""
