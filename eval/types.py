"""The nouns of an evaluation: a sample, a prediction, and the shapes of answerers and benchmarks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, Protocol

from playhead.tools.types import Cue, Span, Usage

SubtitlePolicy = Literal["none", "sampled", "full"]
"""What of the subtitles an answerer may read: nothing, the cues at sampled frames, or everything.
Published numbers use the second; a full transcript is another setting, so it is part of a result's name."""

SUBTITLE_POLICIES: tuple[SubtitlePolicy, ...] = ("none", "sampled", "full")

Letter = str
"""An option by letter: `A` is the first."""

TimedText = tuple[float, float, str]
"""Start and end in seconds, text: one ready-made memory."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the material of a sample is. Files may be missing: that fails the sample, never the run.

    `cues` and `memories` are read when called, because some sets keep them in forms of their own.
    """

    videos: tuple[Path, ...] = ()
    subtitles: tuple[Path, ...] = ()
    cues: Callable[[], Sequence[Cue]] | None = None
    memories: Callable[[], Sequence[TimedText]] | None = None
    images: tuple[Path, ...] = ()
    """Pictures that belong to the options, in their order (HourVideo)."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One question in normal form. `video` names the video within its set and clusters the errors.

    `tags` are the breakdowns of the set: dimension → values (a question may have several task types).
    `problem` says why an annotation could not be read; such a sample is recorded as failed.
    """

    id: str
    video: str
    question: str = ""
    options: tuple[str, ...] = ()
    answer_index: int | None = None
    answer_text: str = ""
    source: Source = Source()
    duration_s: float | None = None
    tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    before_s: float | None = None
    evidence: tuple[Span, ...] = ()
    official: Mapping[str, Any] = field(default_factory=dict)
    """Gold fields that only the set's own scoring reads."""
    problem: str = ""
    earlier: tuple[str, ...] = ()
    """Questions that were asked before in the same conversation, the oldest first."""
    mended: tuple[str, ...] = ()
    """What was wrong with the row and put right without touching the question; one line each."""
    epoch: int = 1
    """Which repeat of the question this is; repeats after the first have `~2`, `~3` … after their id."""

    @property
    def question_id(self) -> str:
        """The id that all repeats of the question share."""
        return self.id.removesuffix(f"~{self.epoch}") if self.epoch > 1 else self.id

    @property
    def labelled(self) -> bool:
        """Whether a score is possible: some gold is there, or the sample is broken and counts wrong."""
        gold = self.answer_index is not None or bool(self.answer_text or self.evidence or self.asks_video)
        return gold or bool(self.problem)

    @property
    def asks_moment(self) -> bool:
        """Whether the answer is a time in the video: gold evidence and no other gold."""
        return bool(self.evidence) and not self.options and not self.answer_text

    @property
    def asks_video(self) -> bool:
        """Whether the answer is a video among several: `official["relevant"]` names the right ones."""
        return bool(self.official.get("relevant"))

    def without_gold(self) -> Sample:
        """What an answerer is given: no answer, no gold evidence, no scoring fields."""
        return replace(self, answer_index=None, answer_text="", evidence=(), official={})


@dataclass(frozen=True, slots=True)
class Prediction:
    """What an answerer said. `option` is the structured field (0-based); `text` is the raw reply.

    `evidence` holds the cited spans, best first; `retrieved` what was looked at, in order, summaries
    of whole stretches left out.
    `saliency` gives one score for every two seconds, for the sets that ask for highlights.
    `evidence_videos` and `retrieved_videos` name the video (file name without suffix) of each span where
    several videos were searched; empty for a single one.
    """

    text: str = ""
    option: int | None = None
    confidence: float | None = None
    found: bool = True
    evidence: tuple[Span, ...] = ()
    retrieved: tuple[Span, ...] = ()
    saliency: tuple[float, ...] = ()
    usage: Usage = field(default_factory=Usage)
    by_role: Mapping[str, Usage] = field(default_factory=dict)
    stopped_because: str = ""
    trajectory: Mapping[str, Any] | None = None
    evidence_videos: tuple[str, ...] = ()
    retrieved_videos: tuple[str, ...] = ()

    @property
    def answered(self) -> bool:
        """Whether an answer was given; an honest "not found" is none."""
        return self.option is not None or (self.found and bool(self.text.strip()))


class Answerer(Protocol):
    """Anything that answers questions about videos: an agent, a baseline, somebody else's system."""

    name: str
    """Names the strategy in the result."""

    model: str
    """Names the model in the result; empty when there is none."""

    async def answer(self, sample: Sample) -> Prediction:
        """May raise anything: the runner records it. Called from many tasks at once."""

    async def aclose(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Scored:
    """A sample beside what came of it. `correct` is the strict score, 0..1; `choice` the official reading.

    `error` is the recorded failure; `verdict` the judge's score of an open answer, when one gave it.
    """

    sample: Sample
    prediction: Prediction | None
    correct: float
    choice: Letter = ""
    official_correct: float = 0.0
    error: str = ""
    verdict: Mapping[str, Any] | None = None

    @property
    def answered(self) -> bool:
        return self.prediction is not None and self.prediction.answered


@dataclass(frozen=True, slots=True)
class Claim:
    """A number somebody else published; shown in a table of its own and never mixed with measured ones."""

    system: str
    score: float
    source: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class SetInfo:
    """What a set is and how it is officially scored."""

    name: str
    title: str
    extractor: str
    """A name in `readings.EXTRACTORS`: how a raw reply is read unless `--reading` says otherwise."""
    kit: str = ""
    """Kit, version and file whose rule `extractor` is; empty where no public rule was found: unverified."""
    unverified: str = ""
    """What of layout or rule could not be found in public code and is this project's choice."""
    readings: Mapping[str, str] = field(default_factory=dict)
    """Other kits' rules for the same set: `lmms`, `vlmeval` or `own` → a name in `readings.EXTRACTORS`."""
    aggregate: str = "micro"
    """`micro`, or `macro over DIMENSION`: how the official number is averaged."""
    headline: Literal["all", "options"] = "all"
    """Which questions the headline averages: all, or only those with options, as the set's own number."""
    unanswered: Literal["wrong", "skipped"] = "wrong"
    """What the official scorer does with an answer that is not there; strict always counts it wrong."""
    breakdowns: tuple[str, ...] = ()
    """Dimensions of `tags` that the set reports."""
    url: str = ""
    notes: str = ""
    grader: Literal["", "key_phrases"] = ""
    """How open answers are graded; empty: by a judge, else exact match or token F1."""
    beside: tuple[str, ...] = ()
    """Baselines that are always run beside."""
    submission: Literal["", "index by id", "letter by id", "rows", "windows"] = ""
    """The form of what is handed in where labels are hidden, see `submission`; empty: nothing is."""
    claims: tuple[Claim, ...] = ()
    best: float = 100.0
    """The highest official score, for sets that do not count in percent."""


class Benchmark(Protocol):
    """A question set on disk. A `benchmarks/` file exposes `create(argument, *, data)`, and `INFO`.

    `argument` chooses a subset (`mlvu:test`); creating checks the layout and raises MediaError that
    names the files expected where.
    """

    @property
    def info(self) -> SetInfo: ...

    @property
    def subset(self) -> str: ...

    def samples(self) -> Iterator[Sample]:
        """In the order of the files; a malformed row becomes a sample with a `problem`."""

    def official(self, scored: Sequence[Scored]) -> dict[str, float]:
        """The numbers the set's own scorer would give, `score` first, in the set's own unit."""


Progress = Callable[["RunProgress"], None]


@dataclass(frozen=True, slots=True)
class RunProgress:
    """The state of a run after one more sample."""

    done: int
    total: int
    correct: float
    failed: int
    usage: Usage
    sample: str = ""

    @property
    def accuracy(self) -> float:
        return self.correct / self.done if self.done else 0.0


@dataclass(frozen=True, slots=True)
class RunConfig:
    """Everything that decides a run's numbers; written to config.json and read back by `resume`."""

    set: str
    data: str
    subset: str = ""
    limit: int | None = None
    """Take this many samples, spread over the set's categories by `seed`; None: all."""
    first: bool = False
    """Take `limit` samples from the start of the files instead."""
    epochs: int = 1
    """How often every question is asked."""
    reading: str = ""
    """Whose rule reads raw replies: `lmms`, `vlmeval`, `own`; empty: the set's default."""
    subtitles: SubtitlePolicy = "full"
    frames: int = 64
    """Number of uniformly spaced times whose cues `--subtitles sampled` keeps."""
    strategy: str = "observe"
    model: str = "offline"
    base_url: str = ""
    judge: str = ""
    workers: int = 1
    library: str = ""
    engine: str = "local"
    baselines: bool = False
    """Whether runs of the baselines belong beside this one."""
    seed: int = 0
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Further settings of the answerer, as they were given; keys are left out when they are written down."""

    @property
    def title(self) -> str:
        """The name of a result: set, strategy, model and subtitle setting together."""
        parts = (self.set + (f":{self.subset}" if self.subset else ""), self.strategy, self.model or "none")
        extra = (f"reading {self.reading}",) if self.reading else ()
        return " · ".join((*parts, f"subtitles {self.subtitles}", *extra))


AnswerFunction = Callable[[Sample], "Prediction | int | str | Awaitable[Prediction | int | str]"]
