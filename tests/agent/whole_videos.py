"""A second set of options beside NExT-QA: long sentences about whole videos, made out of its questions.

    python -m tests.agent.whole_videos FOLDER OUT

FOLDER holds `*_memories.jsonl.gz` and `*_questions.jsonl.gz` of the `captions` set; OUT gets two such files.
What annotators said in three questions and their answers becomes one sentence about the video. It copies
nothing from the captions, which a machine wrote. The four wrong sentences are about the videos that look most
alike (`others`), or say the same with at least two of three answers wrong (`same`). Every second video has
single sentences for captions, one a second.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections import defaultdict
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

from playhead.tools.words.stems import Weights, sentences, terms

Row = dict[str, Any]

WORDINGS = (
    "What is the overall content of the video?",
    "Which sentence describes the whole video best?",
    "Summarise what the people and animals do over the course of the video.",
    "Taking all of the actions into account, what is the main activity in this video?",
    "What are the key events of this video, and how do they relate to each other?",
)
CLAUSES = 3
"""Questions told in one option."""
_ASKING = re.compile(
    r"^(why|how|what|where|who|which)( many| else)?( (is|are|was|were|do|does|did|has|have|can))? ", re.I
)
_DOING = re.compile(r"\b(do|doing|does|did)\b *")
_JOINTS = ("Over the video {}; {}; and {}.", "{}, {}, and later {}.", "It shows that {}, then {}, while {}.")


def chance(*parts: object) -> int:
    """A number drawn by the parts, the same in every run."""
    return int.from_bytes(blake2b(repr(parts).encode(), digest_size=6).digest(), "big")


def lines(folder: Path, name: str) -> list[Row]:
    (path,) = folder.glob(f"*_{name}.jsonl.gz")
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def clause(question: str, answer: str) -> str:
    """What a question and its answer say together, roughly as a statement."""
    told = _DOING.sub("", _ASKING.sub("", question)).strip(" ?")
    return f"{told} {answer}"


def alike(videos: Sequence[Row]) -> dict[str, list[str]]:
    """The other videos, the most alike by the weighted words of their captions first."""
    held = [set(terms(" ".join(text for _, _, text in video["memories"]))) for video in videos]
    rare = Weights(held)
    names = sorted(set().union(*held))
    place = {name: number for number, name in enumerate(names)}
    table = np.zeros((len(videos), len(names)))
    for row, words in enumerate(held):
        for word in words:
            table[row, place[word]] = rare[word]
    table /= np.linalg.norm(table, axis=1, keepdims=True)
    near = table @ table.T - 2 * np.eye(len(videos))
    ids = [str(video["video"]) for video in videos]
    return {ids[row]: [ids[other] for other in np.argsort(-near[row])] for row in range(len(ids))}


def told(chosen: Sequence[Row], answers: Sequence[int], form: int) -> str:
    """One long option out of CLAUSES questions, each with the answer of this index."""
    parts = [clause(row["question"], row["options"][at]) for row, at in zip(chosen, answers, strict=True)]
    sentence = _JOINTS[form % len(_JOINTS)].format(*parts)
    return sentence[0].upper() + sentence[1:]


def same(chosen: Sequence[Row], seed: int) -> list[str]:
    """The right sentence, then four with at least two of the answers wrong."""
    right = [int(row["answer_index"]) for row in chosen]
    found = [told(chosen, right, seed)]
    for number in range(1, 5):
        answers = [(gold + number) % 5 for gold in right]
        if number % 2:
            kept = chance(seed, number) % CLAUSES
            answers[kept] = right[kept]
        found.append(told(chosen, answers, seed))
    return found


def build(videos: Sequence[Row], asked: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Memories and questions of the set: two questions a video that has enough of its own."""
    by_video: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(asked, key=lambda row: chance(row["id"])):
        if row["type"] != "DC" and len(set(row["options"])) == 5:
            by_video[row["video"]].append(row)
    near, memories, questions = alike(videos), [], []
    for number, video in enumerate(videos):
        name = str(video["video"])
        own = by_video[name]
        others = [by_video[other] for other in near[name] if len(by_video[other]) >= CLAUSES][:4]
        if len(own) < CLAUSES:
            continue
        texts = [(a, b, _one(text, int(a)) if number % 2 else text) for a, b, text in video["memories"]]
        memories.append({**video, "memories": texts})
        for kind in ("others", "same"):
            seed = chance(name, kind)
            if kind == "same":
                options = same(own[-CLAUSES:], seed)
            else:
                options = [
                    told(rows[:CLAUSES], [int(row["answer_index"]) for row in rows[:CLAUSES]], seed)
                    for rows in (own, *others)
                ]
            gold = seed % 5
            options[0], options[gold] = options[gold], options[0]
            questions.append(
                {
                    "id": f"{name}_{kind}",
                    "video": name,
                    "question": WORDINGS[(seed // 5) % len(WORDINGS)],
                    "options": options,
                    "answer_index": gold,
                    "type": kind,
                }
            )
    return memories, questions


def _one(text: str, second: int) -> str:
    """One of a caption's sentences, another one each second."""
    found = sentences(text)
    return found[second % len(found)] if found else text


def main(folder: str, out: str) -> None:
    Path(out).mkdir(parents=True, exist_ok=True)
    built = build(lines(Path(folder), "memories"), lines(Path(folder), "questions"))
    for name, rows in zip(("memories", "questions"), built, strict=True):
        with gzip.open(Path(out) / f"whole_{name}.jsonl.gz", "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(row) + "\n" for row in rows)


if __name__ == "__main__":
    main(*sys.argv[1:])
