"""MultiVENT 2.0 (Kriz et al. 2024): news videos in many languages, found by an event.

Layout: `data/multivent_2/multivent_2_q.csv` (or in the folder) with `Query_id, query`, beside it
`multivent_2_j.jsonl` with `query_id, doc_id (video), relevance`; the collection as `videos/{doc_id}.mp4`.
The names of the queries say language, event, kind of video, and what they are about (base, description,
speech, ocr).

Official: nDCG@10 (the measure of its shared task, the score), and recall at 10. The collection searched is
what lies in `videos/`: a number is comparable only when all of it is there. A ranking is the videos cited,
then those looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from playhead.eval import corpus
from playhead.eval.layout import VIDEO_SUFFIXES, Row, find, read_rows, video_path
from playhead.eval.metrics import mean
from playhead.eval.questions import QuestionSet, no_subset, tags, text
from playhead.eval.types import Sample, Scored, SetInfo, Source

INFO = SetInfo(
    name="multivent",
    title="MultiVENT 2.0",
    extractor="first_letter",
    kit="katesanders9/multiVENT data/multivent_2; nDCG@10 as the MAGMaR shared task names it",
    aggregate="nDCG@10 of the ranked videos",
    breakdowns=("language", "event", "about"),
    url="https://github.com/katesanders9/multiVENT",
)
DEPTH = 10


def create(argument: str = "", *, data: Path) -> QuestionSet:
    """The set in `data`. Raises MediaError for another layout."""
    queries = find(data, "data/multivent_2/multivent_2_q.csv", "**/multivent_2_q.csv", of=INFO.title)
    judged: dict[str, dict[str, float]] = {}
    for row in read_rows(find(queries.parent, "multivent_2_j.jsonl", of=INFO.title)):
        if isinstance(row, dict) and row.get("query_id") and float(row["relevance"]) > 0:
            judged.setdefault(row["query_id"], {})[str(row["doc_id"])] = float(row["relevance"])
    known = sorted({video for gold in judged.values() for video in gold})
    there = sorted(path for path in (data / "videos").glob("*") if path.name.endswith(VIDEO_SUFFIXES))
    videos = tuple(there) or tuple(video_path(data, name, "videos") for name in known)
    parse = partial(_sample, videos, judged)
    return QuestionSet(INFO, partial(read_rows, queries), parse, no_subset(argument, INFO.name), official)


def _sample(videos: tuple[Path, ...], judged: dict[str, dict[str, float]], row: Row) -> Sample:
    name, query = text(row, "Query_id"), text(row, "query")
    if not query:
        raise ValueError("no query")
    facts = name.split("_") if name.count("_") >= 4 else [""] * 5
    return Sample(
        id=name,
        video=name.rpartition("_")[0],
        question=f"Which videos are about: {query}?",
        source=Source(videos),
        tags=tags(language=facts[1], event=facts[2], about=facts[-2]),
        official={"relevant": judged[name]} if name in judged else {},
    )


def official(_: SetInfo, scored: Sequence[Scored]) -> dict[str, float]:
    """nDCG@10 (the score) and recall@10 over the queries, in percent."""
    ranked = [(corpus.ranking(item.prediction), corpus.relevant(item)) for item in scored]
    ndcg = 100 * mean(corpus.ndcg_at(videos, gold, DEPTH) for videos, gold in ranked)
    recall = 100 * mean(corpus.recall_at(videos, gold, DEPTH) for videos, gold in ranked)
    return {"score": ndcg, "nDCG@10": ndcg, "recall@10": recall}
