"""Questions that lean on what was asked before: made to stand alone, and answered near the last answer."""
