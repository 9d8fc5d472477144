"""`playhead chat VIDEO…`"""

from __future__ import annotations
