"""Conversations as a page shows them, out of what a session stores and the runs that answered its turns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playhead.agent.chat.session import PREFIX
from playhead.agent.result import Answer
from playhead.agent.server import citing
from playhead.agent.server.payloads import answer_from
from playhead.agent.server.refusals import NotFoundError
from playhead.tools.library import Library

MOST_LISTED = 500
LONGEST_NAME = 120


def stored(library: Library, chat_id: str) -> dict[str, Any]:
    """A session as it was saved. Raises NotFoundError."""
    data = library.run(chat_id) if chat_id.startswith(PREFIX) else None
    if data is None:
        raise NotFoundError(f"there is no conversation {chat_id[:80]!r}", "see /api/chats")
    return data


def listed(library: Library) -> list[dict[str, Any]]:
    """Every conversation, the newest first."""
    rows = [row for row in library.runs(100 * MOST_LISTED) if row["id"].startswith(PREFIX)][:MOST_LISTED]
    found = ((row, library.run(row["id"])) for row in rows)
    return [_line(library, row["created"], data) for row, data in found if data]


def shown(library: Library, chat_id: str) -> dict[str, Any]:
    """All of one conversation, every turn with its answer. Raises NotFoundError."""
    data = stored(library, chat_id)
    turns = [_turn(library, turn) for turn in data["turns"]]
    return {**_head(library, data), "before_s": data["before_s"], "turns": turns}


def markdown(chat: Mapping[str, Any]) -> str:
    """A conversation as a document: questions as headings, answers, their evidence as a list."""
    parts = [f"# {_plain(chat['name'] or chat['id'])}"]
    for turn in chat["turns"]:
        lines = [f"- {_plain(citation.line)}" for citation in citing.citations(turn["answer"]["evidence"])]
        said = _plain(citing.headline(turn["answer"]))
        parts += [f"## {_plain(turn['question'])}", said, *(["\n".join(lines)] if lines else [])]
    return "\n\n".join(parts) + "\n"


def _line(library: Library, created: str, data: Mapping[str, Any]) -> dict[str, Any]:
    return {**_head(library, data), "turns": len(data["turns"]), "created": created}


def _head(library: Library, data: Mapping[str, Any]) -> dict[str, Any]:
    videos = (library.find(reference) for reference in data["references"])
    name = data.get("name") or data["question"]
    return {
        "id": data["session"],
        "name": name[:LONGEST_NAME],
        "videos": [video.id for video in videos if video],
    }


def _turn(library: Library, turn: Mapping[str, Any]) -> dict[str, Any]:
    """A turn whose run is forgotten has its words and no evidence."""
    run = library.run(turn["run"]) if turn.get("run") else None
    answer = answer_from(run) if run and run.get("answer") else Answer(turn["answer"]).to_dict()
    return {"question": turn["question"], "run": turn.get("run", ""), "answer": answer}


def _plain(text: str) -> str:
    """Text that Markdown shows as it is."""
    flat = " ".join(text.split())
    return "".join(f"\\{char}" if char in "\\`*_{}[]<>#|" else char for char in flat)
