"""How well answers from heard words do beside answers from the words as they were written.

    playhead bench speech [--data DIR] [--names]

Conversations are spoken by a synthetic voice (`eval/spoken_script.py`), heard by the default recogniser and
asked about, and so is their script as a subtitle file. DIR may hold recordings with a `speech.json`:
`references` (words by file name) and `questions` (`video`, `question`, [`options`, `answer_index`],
`answer`, `evidence` as [[start, end]] in seconds; `answer: null`: the recording does not say).
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from rapidfuzz.distance import Levenshtein

from playhead.agent.agent import VideoAgent
from playhead.agent.config_layers import load
from playhead.agent.result import Answer
from playhead.eval.spoken_script import CONVERSATIONS, NAMED, NAMES, VOICES
from playhead.tools import registry
from playhead.tools.errors import MediaError
from playhead.tools.library import Library
from playhead.tools.protocols import Filter
from playhead.tools.synthesis import encode_audio, write_srt
from playhead.tools.types import HEARD, Cue, Memory, Span, Video
from playhead.tools.voice import MAN, Line, recite
from playhead.tools.words.stems import NUMBER_WORDS, terms, words

HELD = 0.5
"""Share of the content words of a right answer that an answer without `any_of` must hold."""
FIRST = 3
"""Places among which a search must find the sentence with a name."""


@dataclass(frozen=True)
class Asked:
    """A question; `wanted` is empty when the recording does not answer it."""

    text: str
    wanted: str
    spans: tuple[Span, ...] = ()
    options: tuple[str, ...] = ()
    pattern: bool = False
    """Whether `wanted` lists alternatives, of which one must occur."""

    def right(self, answer: Answer) -> bool:
        if not self.wanted or not answer.found:
            return not self.wanted and not answer.found
        if self.options:
            return answer.option is not None and self.options[answer.option] == self.wanted
        if self.pattern:
            return re.search(rf"\b(?:{self.wanted})\b", answer.words.casefold()) is not None
        held, whole = set(terms(answer.words)), set(terms(self.wanted))
        return len(held & whole) >= HELD * len(whole)

    def cited(self, answer: Answer) -> bool:
        return any(one.span.overlaps(span) for one in answer.evidence for span in self.spans)


@dataclass(frozen=True)
class Recording:
    """`reference` is what is said in it, `subtitles` the same with times; empty and None if unknown."""

    path: Path
    questions: tuple[Asked, ...]
    reference: str = ""
    subtitles: Path | None = None


@dataclass
class Score:
    """How many questions were asked, answered right, and answered right with the right seconds cited."""

    asked: int = 0
    right: int = 0
    answerable: int = 0
    cited: int = 0

    def add(self, question: Asked, answer: Answer) -> None:
        right = question.right(answer)
        self.asked += 1
        self.right += right
        self.answerable += bool(question.wanted)
        self.cited += bool(question.wanted) and right and question.cited(answer)

    def join(self, other: Score) -> None:
        self.asked += other.asked
        self.right += other.right
        self.answerable += other.answerable
        self.cited += other.cited

    def __str__(self) -> str:
        return f"{self.right}/{self.asked} right, {self.cited}/{self.answerable} right and cited"


def word_error_rate(reference: str, heard: str) -> float:
    """Substitutions, deletions and insertions a word of the reference.

    Number words are their figures. A reference may end before its recording: what is heard after its last
    word does not count.
    """
    said, found = _plain(reference), _plain(heard)
    ends = range(min(len(found), len(said) // 2), len(found) + 1)
    return min(Levenshtein.distance(said, found[:end]) for end in ends) / max(1, len(said))


def _plain(text: str) -> list[str]:
    return [str(NUMBER_WORDS.get(word, word)) for word in words(text)]


def conversations(folder: Path) -> Iterator[Recording]:
    """Spoken into files in `folder`, with their scripts as subtitles in a folder below."""
    (folder / "script").mkdir(exist_ok=True)
    for name, (script, questions) in CONVERSATIONS.items():
        said = (line.split(": ", 1) for line in script.strip().splitlines())
        spoken = recite(Line(text, VOICES[voice]) for voice, text in said)
        path = encode_audio(folder / f"{name}.m4a", spoken.duration_s, spoken.samples)
        subtitles = write_srt(spoken.cues, folder / "script" / f"{name}.srt")
        asked = tuple(asked_of(question, spoken.cues) for question in questions)
        yield Recording(path, asked, " ".join(cue.text for cue in spoken.cues), subtitles)


def asked_of(question: str, cues: Sequence[Cue]) -> Asked:
    """The question before `=`, the words its answer must hold behind it, and the cues that hold them."""
    text, wanted = (part.strip() for part in question.split("=", 1))
    proof = re.compile(rf"\b(?:{wanted})\b") if wanted else None
    spans = tuple(cue.span for cue in cues if proof and proof.search(cue.text.casefold()))
    return Asked(text, wanted, spans, pattern=True)


def recordings(data: Path, folder: Path) -> Iterator[Recording]:
    """The recordings of a `speech.json`; a reference becomes one subtitle over its questions' seconds."""
    try:
        found = json.loads((data / "speech.json").read_text("utf-8"))
        references, rows = found["references"], found["questions"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise MediaError(
            f"no speech.json in {str(data)!r}: {error}", "give --data a folder with one"
        ) from error
    (folder / "reference").mkdir(exist_ok=True)
    for name in dict.fromkeys(str(row["video"]) for row in rows):
        asked = tuple(_row(row) for row in rows if row["video"] == name)
        subtitles, reference = None, str(references.get(name, ""))
        if reference:
            span = Span(0.0, max((span.end_s for one in asked for span in one.spans), default=1.0))
            subtitles = write_srt([Cue(span, reference)], folder / "reference" / f"{Path(name).stem}.srt")
        yield Recording(data / name, asked, reference, subtitles)


def _row(row: dict[str, Any]) -> Asked:
    spans = tuple(Span(float(start_s), float(end_s)) for start_s, end_s in row.get("evidence") or ())
    return Asked(str(row["question"]), str(row["answer"] or ""), spans, tuple(row.get("options") or ()))


async def compare(found: Iterable[Recording], folder: Path) -> list[str]:
    """A line a recording, and one for all that have a reference."""
    lines: list[str] = []
    both = (Score(), Score())
    for recording in found:
        heard, text = await _answers(recording.path, recording, folder / "heard")
        line = f"{recording.path.name:<28} heard: {heard}"
        if recording.subtitles is None:
            lines.append(f"{line}; no reference")
            continue
        written, _ = await _answers(recording.subtitles, recording, folder / "written")
        rate = word_error_rate(recording.reference, text)
        lines.append(f"{line}; reference: {written}; word error rate {rate:.1%}")
        for total, score in zip(both, (heard, written), strict=True):
            total.join(score)
    right, cited = both[0].right / max(1, both[1].right), both[0].cited / max(1, both[1].cited)
    share = f"heard gives {right:.0%} of right, {cited:.0%} of cited"
    lines.append(f"{'all with a reference':<28} heard: {both[0]}; reference: {both[1]}; {share}")
    return lines


async def _answers(path: Path, recording: Recording, library: Path) -> tuple[Score, str]:
    """The score over a file, and the words that were taken from it."""
    agent = VideoAgent.from_config(load({"library": str(library)}, environment={}).config)
    score = Score()
    try:
        for question in recording.questions:
            answer = await agent.aask(question.text, videos=[path], options=question.options)
            score.add(question, answer)
        (video,) = (video for video in agent.library.videos() if Path(video.path).name == path.name)
        speech = agent.library.memories(Filter(video_ids=(video.id,), kinds=("speech",)))
    finally:
        await agent.aclose()
    return score, " ".join(memory.text for memory in speech)


def named(folder: Path) -> str:
    """How often searching for a name finds the sentence in which it is spoken, with and without its sound."""
    names = [name.strip() for name in NAMES.replace("\n", " ").split(",")]
    said = [NAMED[number % len(NAMED)].format(name) for number, name in enumerate(names)]
    spoken = recite([Line(text, MAN) for text in said], pause_s=0.8)
    path = encode_audio(folder / "names.wav", spoken.duration_s, spoken.samples)
    heard = list(registry.load("speech", "whisper").transcribe(path, None))
    written = sum(_found(folder, heard, "recording.srt", names, spoken.cues))
    sounds = sum(_found(folder, heard, f"{HEARD}whisper", names, spoken.cues))
    count = len(names)
    return (
        f"{count} names, spoken in {count} sentences: the sentence is among the first {FIRST} by exact words "
        f"{written} times ({written / count:.0%}), by words and sound {sounds} times ({sounds / count:.0%})"
    )


def _found(
    folder: Path, heard: Sequence[Cue], source: str, names: Sequence[str], said: Sequence[Cue]
) -> Iterator[bool]:
    """For each name, whether a search for it finds what was heard while it was said."""
    store = registry.load("stores", "in_memory")
    with Library(folder / quote(source, safe=""), registry.load("embedders", "hashing"), store) as library:
        library.put_video(Video("names", "names.wav", "names", said[-1].span.end_s))
        library.add("names", [Memory("names", cue.span, "speech", cue.text, source=source) for cue in heard])
        for name, cue in zip(names, said, strict=True):
            hits = library.lexical(f"What about {name}?", limit=FIRST)
            yield any(hit.memory.span.overlaps(cue.span) for hit in hits)


async def report(data: Path | None, names: bool) -> list[str]:
    """All lines of `bench speech`."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        lines = ["synthetic conversations"]
        lines += await compare(list(conversations(folder)), folder / "conversations")
        if data is not None:
            lines += ["", f"recordings in {data}"]
            lines += await compare(list(recordings(data, folder)), folder / "recordings")
        return [*lines, "", named(folder)] if names else lines
