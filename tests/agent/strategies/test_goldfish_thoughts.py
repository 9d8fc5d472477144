"""Goldfish fetches distinct clips; LVCoT hands each note to the next part."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playhead.tools.models.scripted import ScriptedModel
from playhead.tools.types import Memory, Span, Video

JUDGED = {"reason": "", "answer": "the cook", "numbers": [1], "rating": 1}
SAID = {"found": True, "answer": "The cook.", "cites": [1]}
LOOK = {"answer": "the cook", "can_tell": True, "confidence": 0.5}


def test_hits_in_two_clips_bring_a_third(make: Callable[..., Any], library: Any) -> None:
    long = Video("a" * 24, "long.mkv", "long", 900.0, source="memories", complete=True)
    library.put_video(long)
    spoken = [(5, "key"), (20, "key"), (40, "key"), (100, "key"), (120, "key"), (400, "key lost")]
    library.add(long.id, [Memory(long.id, Span(s, s + 4), "speech", f"the {word}") for s, word in spoken])
    model = ScriptedModel({"look": LOOK, "judge": JUDGED, "answer": SAID})
    make(model, strategy="goldfish").ask("the key", videos=["long.mkv"])
    starts = {text.split("[1] ")[1].split("-")[0] for text in model.asked("look")}
    assert starts == {"0.0", "90.0", "360.0"}


def test_a_note_stands_in_the_next_prompt(make: Callable[..., Any]) -> None:
    notes = [{"answer": f"note {n}", "times_s": [], "confidence": 0.5} for n in range(4)]
    model = ScriptedModel({"note": notes, "watch": notes[0], "answer": SAID})
    make(model, strategy="thoughts").ask("Who hides the key?")
    assert len(model.asked("note")) == 4
    assert "note 0" in model.asked("note")[1]
    assert all(f"note {n}" in model.asked("watch")[0] for n in range(4))
