"""The demonstration: a film whose facts the code knows, and questions about it with their answers.

`build_demo` makes the film; what is said and shown stands in `playhead.agent.demo_script`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from playhead.agent.demo_script import TEXT, parts
from playhead.agent.result import Answer
from playhead.tools.synthesis import Scene, Script, encode, write_srt
from playhead.tools.types import Cue, Span

FILM, SUBTITLES = "kestrel-sound.mp4", "kestrel-sound.en.srt"
_FPS = 5.0
_PAUSE_S = 0.6
_SECONDS_A_CHARACTER = 0.075


@dataclass(frozen=True, slots=True)
class DemoQuestion:
    """A question with what a right answer is. `gold` are the spans of the film that prove it.

    `kind` is speech, screen, order, count, options or unanswerable; `words` must all occur in the answer
    to an open question, where alternatives stand as `four|4`.
    """

    kind: str
    text: str
    words: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    option: int | None = None
    gold: tuple[Span, ...] = ()

    @property
    def found(self) -> bool:
        """Whether the film answers it."""
        return bool(self.gold)

    def accepts(self, answer: Answer) -> bool:
        """Whether the answer is right and cites the film where it is proved."""
        if not self.found:
            return not answer.found
        right = answer.option == self.option if self.options else self._says(answer.text)
        return answer.found and right and self._cites(answer)

    def _says(self, text: str) -> bool:
        plain = text.casefold()
        return all(re.search(rf"\b(?:{word})\b", plain) for word in self.words)

    def _cites(self, answer: Answer) -> bool:
        return any(one.span.overlaps(span) for one in answer.evidence for span in self.gold)


@dataclass(frozen=True, slots=True)
class DemoFilm:
    """The film on disk, its subtitles beside it, and what to ask."""

    video: Path
    subtitles: Path
    script: Script
    questions: tuple[DemoQuestion, ...]


def build_demo(folder: Path) -> DemoFilm:
    """The ten-minute film in `folder`, made in some seconds unless it is already there."""
    folder.mkdir(parents=True, exist_ok=True)
    script = demo_script()
    film = DemoFilm(folder / FILM, folder / SUBTITLES, script, questions(script))
    recipe = folder / "kestrel-sound.script.json"
    if not (film.video.exists() and recipe.exists() and recipe.read_text("utf-8") == script.to_json()):
        recipe.unlink(missing_ok=True)
        encode(script, film.video)
        recipe.write_text(script.to_json(), "utf-8")
    write_srt(script.cues, film.subtitles)
    return film


def demo_script(text: str = TEXT) -> Script:
    """Scenes one after the other, each with its lines spread over it."""
    scenes: list[Scene] = []
    cues: list[Cue] = []
    start_s = 0.0
    for number, part in enumerate(parts(text), 1):
        end_s = start_s + part.length_s
        filmed = not part.texts
        scenes.append(Scene(start_s, end_s, part.background, part.texts, filmed, number if filmed else 0))
        cues += _spread(part.said, start_s, end_s)
        start_s = end_s
    return Script(tuple(scenes), fps=_FPS, cues=tuple(cues))


def _spread(said: Sequence[str], start_s: float, end_s: float) -> Iterator[Cue]:
    """The lines at the pace of a speaker, with even pauses between them."""
    lengths = [max(1.5, len(line) * _SECONDS_A_CHARACTER) for line in said]
    pause_s = max(_PAUSE_S, (end_s - start_s - sum(lengths)) / (len(said) + 1))
    squeeze = min(1.0, (end_s - start_s - pause_s * (len(said) + 1)) / sum(lengths))
    for line, length_s in zip(said, lengths, strict=True):
        start_s += pause_s
        yield Cue(Span(round(start_s, 2), round(start_s + length_s * squeeze, 2)), line, "en")
        start_s += length_s * squeeze


def questions(script: Script) -> tuple[DemoQuestion, ...]:
    """What to ask; every gold span is looked up in the script, so the two cannot disagree."""

    def said(words: str) -> tuple[Span, ...]:
        return tuple(cue.span for cue in script.cues if words in cue.text)

    def shown(words: str) -> tuple[Span, ...]:
        return tuple(
            Span(s.start_s, s.end_s) for s in script.scenes if any(words in text for text in s.texts)
        )

    return (
        DemoQuestion(
            "speech",
            "Who kept a diary of the tides for thirty years?",
            words=("agnes lorne",),
            gold=said("Agnes Lorne"),
        ),
        DemoQuestion(
            "screen",
            "What is the rotor diameter of one turbine?",
            words=(r"7\.4",),
            gold=shown("Rotor diameter"),
        ),
        DemoQuestion(
            "screen",
            "How long is the cable to the shore?",
            words=(r"2\.7",),
            gold=shown("Length: 2.7"),
        ),
        DemoQuestion(
            "options",
            "Why did turbine two stand still in February?",
            options=(
                "Lightning had struck the mast",
                "A fishing net was wound around the shaft",
                "The blades were eaten by rust",
                "An anchor had torn the cable",
            ),
            option=1,
            gold=said("fishing net"),
        ),
        DemoQuestion(
            "order",
            "In the morning checks, what do they test right after the gearbox?",
            words=("brake",),
            gold=(*said("After the gearbox we test"), *shown("Morning checks")),
        ),
        DemoQuestion(
            "order",
            "Which of these is shown first?",
            options=("The control room", "Storm Odile", "The first mill", "Fish and seals"),
            option=2,
            gold=shown("The first mill"),
        ),
        DemoQuestion(
            "count",
            "How many times does a horn sound?",
            words=("4|four",),
            gold=said("[horn sounds]"),
        ),
        DemoQuestion("unanswerable", "Which football club does the harbour master support?"),
    )
