"""The demonstration: a film and a voice memo whose facts the code knows, and questions with their answers.

`build_demo` makes both; what is said and shown stands in `playhead.agent.demo.script`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from playhead.agent.demo.script import MEMO, TEXT, parts
from playhead.agent.result import Answer
from playhead.tools.synthesis import Scene, Script, encode, encode_audio, write_srt
from playhead.tools.types import Cue, Span
from playhead.tools.voice import ENGLISHMAN, Line, recite

FILM, SUBTITLES, RECORDING = "kestrel-sound.mp4", "kestrel-sound.en.srt", "kestrel-memo.m4a"
_FPS = 5.0
_PAUSE_S = 0.6
_SECONDS_A_CHARACTER = 0.075


@dataclass(frozen=True, slots=True)
class DemoQuestion:
    """A question with what a right answer is. `gold` are the spans of the file `about` that prove it.

    `kind` is speech, screen, order, count, options, heard or unanswerable; `words` must all occur in the
    answer to an open question, where alternatives stand as `four|4`.
    """

    kind: str
    text: str
    words: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    option: int | None = None
    gold: tuple[Span, ...] = ()
    about: str = FILM

    @property
    def found(self) -> bool:
        """Whether the recordings answer it."""
        return bool(self.gold)

    def accepts(self, answer: Answer) -> bool:
        """Whether the answer is right and cites the place where it is proved."""
        if not self.found:
            return not answer.found
        right = answer.option == self.option if self.options else self._says(answer.text)
        return answer.found and right and self._cites(answer)

    def _says(self, text: str) -> bool:
        plain = text.casefold()
        return all(re.search(rf"\b(?:{word})\b", plain) for word in self.words)

    def _cites(self, answer: Answer) -> bool:
        cited = (one.span for one in answer.evidence if Path(one.video).name == self.about)
        return any(span.overlaps(gold) for span in cited for gold in self.gold)


@dataclass(frozen=True, slots=True)
class DemoFilm:
    """The film on disk with its subtitles beside it, the memo without any, and what to ask of both."""

    video: Path
    subtitles: Path
    memo: Path
    script: Script
    questions: tuple[DemoQuestion, ...]


def build_demo(folder: Path) -> DemoFilm:
    """Film and memo in `folder`, made in some seconds unless they are already there."""
    folder.mkdir(parents=True, exist_ok=True)
    script = demo_script()
    spoken = recite(Line(line, ENGLISHMAN) for line in MEMO.strip().splitlines())
    asked = questions(script, spoken.cues)
    film = DemoFilm(folder / FILM, folder / SUBTITLES, folder / RECORDING, script, asked)
    recipe = folder / "kestrel-sound.script.json"
    if not (film.video.exists() and recipe.exists() and recipe.read_text("utf-8") == script.to_json()):
        recipe.unlink(missing_ok=True)
        encode(script, film.video)
        recipe.write_text(script.to_json(), "utf-8")
    write_srt(script.cues, film.subtitles)
    encode_audio(film.memo, spoken.duration_s, spoken.samples)
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


def questions(script: Script, memo: Sequence[Cue]) -> tuple[DemoQuestion, ...]:
    """What to ask; every gold span is looked up in what is shown and said, so they cannot disagree."""

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
        DemoQuestion(
            "heard",
            "What was found between the blades of turbine four?",
            words=("bottle",),
            gold=tuple(cue.span for cue in memo if "bottle" in cue.text),
            about=RECORDING,
        ),
        DemoQuestion("unanswerable", "Which football club does the harbour master support?"),
    )
