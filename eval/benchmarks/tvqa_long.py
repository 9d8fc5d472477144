"""TVQA-long (Ataallah et al. 2024, Goldfish): TVQA questions asked about whole episodes.

Layout: `tvqa_val_edited.json` `{show: {season: {episode: {clips: [vid_name…], questions: [{q, a0 … a4,
answer_idx, vid_name, qid}]}}}}` and `tvqa_preprocessed_subtitles.json` `[{vid_name, sub: [{text, start,
end}]}]`, in the folder or `tvqa-long-annotations/`; videos in `mp4_videos/{show}/{season}/{episode}.mp4`
or `videos/…`. Rows of LongTVQA with an `occur_clip` are read too.

Subtitle times are counted within a clip. An episode's transcript is its clips one after another, each
starting where the words of the one before end, so its times are right in order but not exact, and no gold
evidence is taken from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

from playhead.eval import choices
from playhead.eval.layout import Row, find, find_all, read_object, read_rows, video_path
from playhead.eval.questions import QuestionSet, no_subset, options, spans, tags, text
from playhead.eval.types import Sample, SetInfo, Source
from playhead.tools.types import Cue

INFO = SetInfo(
    name="tvqa_long",
    title="TVQA-long",
    extractor="first_of_five",
    notes="no public rule for text replies was found",
    breakdowns=("show",),
    url="https://vision-cair.github.io/Goldfish_website",
)
FOLDER = "tvqa-long-annotations"


def create(argument: str = "", *, data: Path) -> QuestionSet:
    """The set in `data`. Raises MediaError for another layout."""
    name, words = "tvqa_val_edited.json", "tvqa_preprocessed_subtitles.json"
    table = find(data, name, f"{FOLDER}/{name}", f"**/{name}", of=INFO.title)
    found = find_all(data, words, f"{FOLDER}/{words}", f"**/{words}")
    parse = partial(_sample, data, found[0] if found else None)
    subset = no_subset(argument, INFO.name)
    return QuestionSet(INFO, partial(_rows, table), parse, subset)


def _rows(table: Path) -> Iterator[Any]:
    for show, seasons in read_object(table).items():
        for season, episodes in seasons.items():
            for episode, content in episodes.items():
                place = {"episode": f"{show}/{season}/{episode}", "show": show, "clips": content["clips"]}
                for number, row in enumerate(content["questions"]):
                    extra = {**place, "number": number}
                    yield {**row, **extra} if isinstance(row, dict) else row


def _sample(data: Path, words: Path | None, row: Row) -> Sample:
    episode, listed = row["episode"], options(row, "a0", "a1", "a2", "a3", "a4")
    clips = tuple(str(clip) for clip in row["clips"])
    return Sample(
        id=str(row.get("qid") or f"{episode}-{row['number']}"),
        video=episode,
        question=text(row, "q"),
        options=listed,
        answer_index=choices.gold_index(int(row["answer_idx"]), listed),
        source=Source(
            (video_path(data, episode, "mp4_videos", "videos"),),
            cues=partial(cues, words, clips) if words else None,
        ),
        tags=tags(show=row["show"], clip=row.get("occur_clip")),
    )


@cache
def _transcripts(words: Path) -> Mapping[str, Sequence[Row]]:
    return {row["vid_name"]: row["sub"] for row in read_rows(words) if isinstance(row, dict)}


def cues(words: Path, clips: Sequence[str]) -> list[Cue]:
    """The cues of the clips one after another."""
    result: list[Cue] = []
    offset_s = 0.0
    for clip in clips:
        rows = _transcripts(words).get(clip, ())
        for row in rows:
            times = spans([(offset_s + float(row["start"]), offset_s + float(row["end"]))])
            result.append(Cue(times[0], str(row["text"])))
        offset_s += max((float(row["end"]) for row in rows), default=0.0)
    return result
