"""Answers as objects of the Responses API, and as the events in which one comes about."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from playhead.agent.server import citing
from playhead.agent.server.openai_cited import Answer, cited, spent
from playhead.agent.server.wording import Words

Event = dict[str, Any]
REASONING, MESSAGE = 0, 1
"""Places among the output."""


@dataclass(slots=True)
class Reply:
    """One response; `base_url` is this server's, with a slash at the end."""

    run: str
    model: str
    base_url: str
    before: str | None = None
    """The response that this one goes on from."""
    created_s: int = field(default_factory=lambda: int(time.time()))
    steps: list[str] = field(default_factory=list)
    words: Words = field(default_factory=Words)
    _number: int = 0
    _speaks: bool = False
    """Whether the message was begun, and the reasoning is over."""

    def whole(self, answer: Answer) -> dict[str, Any]:
        """The finished response; `playhead` is the answer of `/api/ask`."""
        sent, written = spent(answer)
        usage = {
            "input_tokens": sent,
            "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
            "output_tokens": written,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": sent + written,
        }
        output = [self._reasoning(), self._message(self._text(answer))]
        return {**self._object("completed"), "output": output, "usage": usage, "playhead": answer}

    def begun(self) -> Iterator[Event]:
        yield self._event("response.created", response=self._object("in_progress"))
        item = {"id": f"rs_{self.run}", "type": "reasoning", "summary": []}
        yield self._event("response.output_item.added", output_index=REASONING, item=item)
        part = {"type": "summary_text", "text": ""}
        yield self._of_summary("response.reasoning_summary_part.added", part=part)

    def step(self, line: str) -> Iterator[Event]:
        """One line of reasoning, unless there is none or the message was begun."""
        if line and not self._speaks:
            self.steps.append(line)
            yield self._of_summary("response.reasoning_summary_text.delta", delta=f"{line}\n")

    def said(self, words: str) -> Iterator[Event]:
        """More words of the message."""
        if words:
            yield from self._begin_message()
            yield self._of_message("response.output_text.delta", delta=words, logprobs=[])

    def answered(self, answer: Answer) -> Iterator[Event]:
        """What was not said yet, line by line, the annotations, the whole."""
        text = self._text(answer)
        yield from self._begin_message()
        for line in text["text"][len(self.words.sent) :].splitlines(keepends=True):
            yield from self.said(line)
        for number, one in enumerate(text["annotations"]):
            told = {"annotation_index": number, "annotation": one}
            yield self._of_message("response.output_text.annotation.added", **told)
        yield self._of_message("response.output_text.done", text=text["text"], logprobs=[])
        yield self._of_message("response.content_part.done", part=text)
        yield self._event("response.output_item.done", output_index=MESSAGE, item=self._message(text))
        yield self._event("response.completed", response=self.whole(answer))

    def failed(self, message: str) -> Event:
        error = {"code": "server_error", "message": message}
        return self._event("response.failed", response={**self._object("failed"), "error": error})

    def _begin_message(self) -> Iterator[Event]:
        """The end of the reasoning, and an empty message; once."""
        if self._speaks:
            return
        self._speaks, reasoning = True, self._reasoning()
        (summary,) = reasoning["summary"]
        yield self._of_summary("response.reasoning_summary_text.done", text=summary["text"])
        yield self._of_summary("response.reasoning_summary_part.done", part=summary)
        yield self._event("response.output_item.done", output_index=REASONING, item=reasoning)
        begun = self._message(None)
        yield self._event("response.output_item.added", output_index=MESSAGE, item=begun)
        empty = {"type": "output_text", "text": "", "annotations": []}
        yield self._of_message("response.content_part.added", part=empty)

    def _text(self, answer: Answer) -> dict[str, Any]:
        text = self.words.all(citing.text(answer))
        found = [{"type": "url_citation", **one} for one in cited(answer, text, self.base_url)]
        return {"type": "output_text", "text": text, "annotations": found}

    def _reasoning(self) -> dict[str, Any]:
        summary = [{"type": "summary_text", "text": "\n".join(self.steps)}]
        return {"id": f"rs_{self.run}", "type": "reasoning", "summary": summary}

    def _message(self, text: dict[str, Any] | None) -> dict[str, Any]:
        status, content = ("completed", [text]) if text else ("in_progress", [])
        head = {"id": f"msg_{self.run}", "type": "message", "role": "assistant"}
        return {**head, "status": status, "content": content}

    def _object(self, status: str) -> dict[str, Any]:
        return {
            "id": f"resp_{self.run}",
            "object": "response",
            "created_at": self.created_s,
            "status": status,
            "model": self.model,
            "output": [],
            "parallel_tool_calls": False,
            "previous_response_id": self.before,
            "tool_choice": "none",
            "tools": [],
            "error": None,
            "incomplete_details": None,
            "instructions": None,
            "metadata": {},
        }

    def _of_summary(self, kind: str, **values: Any) -> Event:
        place = {"item_id": f"rs_{self.run}", "output_index": REASONING, "summary_index": 0}
        return self._event(kind, **place, **values)

    def _of_message(self, kind: str, **values: Any) -> Event:
        place = {"item_id": f"msg_{self.run}", "output_index": MESSAGE, "content_index": 0}
        return self._event(kind, **place, **values)

    def _event(self, kind: str, **values: Any) -> Event:
        self._number += 1
        return {"type": kind, "sequence_number": self._number - 1, **values}
