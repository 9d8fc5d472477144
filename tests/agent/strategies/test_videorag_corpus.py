"""VideoRAG over a corpus: only the video whose overview fits is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playhead.tools.models.scripted import ScriptedModel
from playhead.tools.types import Memory, Span, Video

WATCHED = {"answer": "the cook", "times_s": [], "confidence": 0.5}
SAID = {"found": True, "answer": "The cook.", "cites": [1]}


def test_only_the_video_that_fits_is_used(make: Callable[..., Any], library: Any) -> None:
    other = Video("a" * 24, "garden.mkv", "garden", 60.0, source="memories", complete=True)
    library.put_video(other)
    library.add(
        other.id, [Memory(other.id, Span(0, 60), "digest", "Roses and tulips in a garden.", level="video")]
    )
    library.add(other.id, [Memory(other.id, Span(5, 9), "speech", "Water the roses every morning.")])
    told = Memory("f" * 24, Span(0, 120), "digest", "A cook hides a key in a house.", level="video")
    library.add("f" * 24, [told])
    model = ScriptedModel({"rate": {"ratings": []}, "watch": WATCHED, "answer": SAID})
    make(model, strategy="videorag_corpus:1").ask("Where does the cook hide the key in the house?")
    assert "blue carpet" in model.asked("watch")[0]
    assert "every morning" not in model.asked("watch")[0]
