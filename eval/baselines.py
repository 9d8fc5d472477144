"""Floors every system must beat: chance, the longest option, and words shared with what the video says.

None of them looks at a picture or asks a model. `overlap_idf` is the strongest: rare shared words weigh more.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cache, partial
from hashlib import blake2b

from playhead.eval.answerers import FunctionAnswerer
from playhead.eval.types import Prediction, Sample, Source
from playhead.tools.errors import PlayheadError
from playhead.tools.words.cues import load_cues

STOP_WORDS = frozenset(
    """a an the of to in on at and or is are was were be by with for from it its he she
    they his her their this that as up down out off into onto""".split()  # noqa: SIM905
)
NAMES = ("random", "longest", "overlap", "overlap_idf")


def baseline(name: str, samples: Sequence[Sample], seed: int = 0) -> FunctionAnswerer:
    """The baseline `name` as an answerer; the samples give the document frequencies. KeyError for others."""
    makers: dict[str, Callable[[], Callable[[Sample], Prediction]]] = {
        "random": lambda: partial(chance, seed=seed),
        "longest": lambda: partial(best, score=length),
        "overlap": lambda: partial(best, score=shared),
        "overlap_idf": lambda: partial(best, score=partial(rare_shared, weights=frequencies(samples))),
    }
    return FunctionAnswerer(makers[name](), name)


def chance(sample: Sample, seed: int) -> Prediction:
    """An option drawn by the sample's id, the same in every run with this seed."""
    digest = blake2b(f"{seed}\x1f{sample.id}".encode(), digest_size=8).digest()
    return _chosen(sample, int.from_bytes(digest, "big") % len(sample.options) if sample.options else None)


def best(sample: Sample, score: Callable[[Sample, str], float]) -> Prediction:
    """The option with the highest score; equal ones are drawn as by chance, so that no place is favoured."""
    scores = [score(sample, option) for option in sample.options]
    top = [place for place, value in enumerate(scores) if value == max(scores)]
    if not top:
        return _chosen(sample, None)
    digest = blake2b(sample.id.encode(), digest_size=8).digest()
    return _chosen(sample, top[int.from_bytes(digest, "big") % len(top)])


def _chosen(sample: Sample, option: int | None) -> Prediction:
    return Prediction(sample.options[option] if option is not None else "", option)


def words(text: str) -> frozenset[str]:
    """The lower-case words and numbers of a text without the commonest ones."""
    return frozenset(re.findall(r"[a-z0-9]+", text.lower())) - STOP_WORDS


@cache
def _spoken(source: Source) -> frozenset[str]:
    """All words of a video's memories and subtitles."""
    texts: Iterable[str] = [words_ for _, _, words_ in source.memories()] if source.memories else ()
    cues = [cue.text for path in source.subtitles for cue in load_cues(path)]
    cues += [cue.text for cue in source.cues()] if source.cues else []
    return words(" ".join((*texts, *cues)))


def length(_: Sample, option: str) -> float:
    """Characters of the option."""
    return float(len(option))


def shared(sample: Sample, option: str) -> float:
    """Share of the option's words that occur anywhere in the video's texts."""
    wanted = words(option)
    return len(wanted & _spoken(sample.source)) / max(1, len(wanted))


def rare_shared(sample: Sample, option: str, weights: dict[str, float]) -> float:
    """Sum of the inverse document frequencies of the option's words that occur in the video's texts."""
    return math.fsum(weights.get(word, 0.0) for word in words(option) & _spoken(sample.source))


def frequencies(samples: Sequence[Sample]) -> dict[str, float]:
    """log(videos / videos with the word) over the distinct videos of a set."""
    videos = {sample.video: sample.source for sample in samples if not sample.problem}
    texts = [found for source in videos.values() if (found := _readable(source)) is not None]
    counts = Counter(word for found in texts for word in found)
    return {word: math.log(len(texts) / count) for word, count in counts.items()}


def _readable(source: Source) -> frozenset[str] | None:
    """The words of a video, or None when its files are missing: that fails its samples only."""
    try:
        return _spoken(source)
    except PlayheadError:
        return None
