"""Video-MME-v2: 800 videos, four eight-option questions each, scored in groups.

Layout: `test*.parquet` with `video_id, question_id ("001-1"), question, options ("A. …\\nB. …" or a list),
answer (letter), group_type (relevance|logic), group_structure, level, second_head, third_head`;
`data/{video_id}.mp4`; `subtitle/subtitle/{video_id}.jsonl`, one `{text, start_time, end_time}` a word.

Official score: the four questions of a video earn one non-linear score. A relevance group earns
(right / 4)²; a logic group earns by the length of its unbroken chain, where questions that stand side
by side in the structure (`[1, [2, 3], 4]`) may fail one of the two.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from playhead.eval import choices
from playhead.eval.layout import Row, find, find_all, read_rows, video_path
from playhead.eval.metrics import grouped, mean
from playhead.eval.questions import QuestionSet, no_subset, spans, tags, text
from playhead.eval.types import Sample, Scored, SetInfo, Source
from playhead.tools.types import Cue

INFO = SetInfo(
    name="videomme_v2",
    title="Video-MME-v2",
    extractor="first_letter",
    kit="VLMEvalKit 21a3ff0, dataset/utils/videomme.py, with eight letters",
    readings={"vlmeval": "first_letter"},
    aggregate="one score a video from its four questions",
    breakdowns=("group_type", "level", "second_head", "third_head"),
    url="https://github.com/MME-Benchmarks/Video-MME-v2",
)
CHAINS = {
    "[1,2,3,4]": (0.0, 1 / 16, 4 / 16, 9 / 16, 1.0),
    "[1,[2,3],4]": (0.0, 1 / 12, 4 / 12, 7 / 12, 1.0),
    "[[1,2],3,4]": (0.0, 1 / 10, 2 / 10, 5 / 10, 1.0),
}
"""What a chain of 0 … 4 right answers earns, by the structure of the group."""


def create(argument: str = "", *, data: Path) -> QuestionSet:
    """The set in `data`. Raises MediaError for another layout."""
    table = find(data, "test*.parquet", "**/test*.parquet", of=INFO.title)
    subset = no_subset(argument, INFO.name)
    return QuestionSet(INFO, partial(read_rows, table), partial(_sample, data), subset, official)


def _sample(data: Path, row: Row) -> Sample:
    name, listed = text(row, "video_id"), row["options"]
    options = choices.split_inline(listed)[1] if isinstance(listed, str) else choices.strip_labels(listed)
    words = find_all(data / "subtitle", f"**/{name}.jsonl")
    return Sample(
        id=text(row, "question_id"),
        video=name,
        question=text(row, "question"),
        options=options,
        answer_index=choices.gold_index(row["answer"], options),
        source=Source((video_path(data, name, "data"),), cues=partial(_cues, words[0]) if words else None),
        tags=tags(**{dimension: row.get(dimension) for dimension in INFO.breakdowns}),
        official={"structure": str(row.get("group_structure") or "")},
    )


def _cues(path: Path, words_a_cue: int = 12) -> list[Cue]:
    """Cues of a dozen words, since the files hold single words."""
    words = [row for row in read_rows(path) if isinstance(row, dict)]
    parts = [words[start : start + words_a_cue] for start in range(0, len(words), words_a_cue)]
    return [
        Cue(spans([(part[0]["start_time"], part[-1]["end_time"])])[0], " ".join(w["text"] for w in part))
        for part in parts
    ]


def official(_: SetInfo, scored: Sequence[Scored]) -> dict[str, float]:
    """Mean group score over the videos, the plain mean beside it, in percent."""
    videos = grouped(list(range(len(scored))), [item.sample.video for item in scored])
    groups = [sorted((scored[int(i)] for i in part), key=_place) for part in videos.values()]
    return {
        "score": 100 * mean(group_score(group) for group in groups),
        "micro": 100 * mean(item.official_correct for item in scored),
    }


def _place(item: Scored) -> tuple[int, str]:
    tail = item.sample.id.rpartition("-")[2]
    return (int(tail) if tail.isdigit() else 0, item.sample.id)


def group_score(group: Sequence[Scored]) -> float:
    """0..1 for the questions of one video in their order."""
    right = [item.official_correct > 0 for item in group]
    structure = str(group[0].sample.official.get("structure", "")).replace(" ", "")
    if structure in CHAINS and group[0].sample.tags.get("group_type") == ("logic",) and len(right) == 4:
        return CHAINS[structure][chain(right, structure)]
    return (sum(right) / len(right)) ** 2


def chain(right: Sequence[bool], structure: str) -> int:
    """Length of the unbroken chain from the first question; one of two parallel ones may be wrong."""
    length = next((place for place, ok in enumerate(right) if not ok), len(right))
    if structure == "[1,[2,3],4]" and length == 1 and right[2]:
        return 2
    if structure == "[[1,2],3,4]" and length == 0 and right[1]:
        return 1
    return length
