"""The answer worded from the ledger, by the model or by rules, and how sure it is. Its words can be told
while the model writes them."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from playhead.agent import marks
from playhead.agent.events import Answering, Event
from playhead.agent.loop import prompting
from playhead.agent.loop.asking import Ask, Pictures, ask, decide, measure
from playhead.agent.loop.confidence import alike, blend
from playhead.agent.loop.replies import hollow, numbers, read_object
from playhead.agent.loop.schemas import answer_schema, option_index
from playhead.agent.offline import rules
from playhead.agent.state import Draft, Reflection, State
from playhead.tools.errors import BudgetExceededError, ModelReplyError
from playhead.tools.protocols import ChatReply
from playhead.tools.types import Evidence

if TYPE_CHECKING:
    from playhead.agent.run import Run

EVERY_S = 0.05
"""Seconds between two tellings of a growing answer: faster than anybody reads."""
_BEGUN = re.compile(r'"answer"\s*:\s*"((?:[^"\\]|\\.)*)', re.DOTALL)
_UNFOUND = re.compile(r'"found"\s*:\s*false')
_HALF = re.compile(r"\\u[0-9a-fA-F]{0,3}\Z")


async def worded(
    run: Run,
    candidate: str = "",
    *,
    option: int | None = None,
    confidence: float | None = None,
    task: str = "",
    images: Pictures = (),
    because: str = "",
) -> Draft:
    """Word the answer with citations into the ledger; how sure it is follows from its signals.

    `candidate`, `option` and `confidence` (0..1) are what the strategy thinks by now; `task` comes before
    the question for the answer; `because` says why the strategy stopped. A failing model or a spent budget
    ends in what rules quote. Raises ModelError when the server is absent or refuses.
    """
    if confidence is not None:
        run.state = replace(run.state, reflection=Reflection(True, confidence, "", candidate, option))

    async def work() -> Draft:
        if not run.model:
            return await rules.answer(run)
        try:
            by_model = partial(_by_model, task=task, pictures=images)
            draft, failed = await decide(run, run.state.dropped, by_model, rules.answer, "word the answer")
        except BudgetExceededError as error:
            return replace(await rules.answer(run), because=f"budget:{error.limit}")
        return replace(draft, because="model_failed") if failed else draft

    draft, _ = await run.once("answer", work, Draft)
    return replace(draft, because=draft.because or because)


async def _by_model(run: Run, task: str, pictures: Pictures) -> Draft:
    state, context = run.state, run.context
    count = len(state.options)
    schema = answer_schema(count)
    words = prompting.answering(state)
    tell = LiveAnswer(run.emit, state.ledger) if context.config.live_answer else None
    wanted = Ask("answer", f"{task}\n\n{words}" if task else words, schema, pictures, tell)
    data, reply = await ask(wanted, _read_answer(schema, state), state, context)
    option, text = option_index(data.get("option"), count), data["answer"].strip()
    cites = numbers([*marks.cited(text, state.ledger), *data["cites"]])
    stated = _stated(text, option, state)
    signals = measure(stated, text, option, cites, reply, state)
    if not text and option is None:
        raise ModelReplyError(f"{reply.model or 'the model'} gave an empty answer", "try a larger model")
    if not data["found"]:
        stated = min(stated, 0.3)
        return Draft(marks.placed(text, (), state.ledger), option, (), found=False, confidence=stated)
    return Draft(text or state.options[option or 0], option, cites, True, blend(signals))


def _read_answer(schema: Mapping[str, Any], state: State) -> Callable[[ChatReply], Mapping[str, Any] | None]:
    """A reader of answers: none that goes round in circles, copies the task, or finds nothing in no words."""
    fitting, asked = read_object(schema), prompting.answering(replace(state, reflection=None))

    def read(reply: ChatReply) -> Mapping[str, Any] | None:
        data = fitting(reply)
        if data is None or hollow(data["answer"], asked):
            return None
        return data if data["found"] or any(map(str.isalpha, data["answer"])) else None

    return read


def _stated(answer: str, option: int | None, state: State) -> float:
    """What was said of the same candidate when evidence was last weighed; little for another one.

    A budget that ended the loop left new evidence unweighed, so that an earlier confidence counts half.
    """
    earlier = state.reflection
    if earlier is None:
        return 0.5
    same = earlier.option == option if state.options else _same(answer, earlier.candidate, state)
    if not same:
        return 0.3
    return min(earlier.confidence, 0.5) if state.forced.startswith("budget:") else earlier.confidence


def _same(answer: str, candidate: str, state: State) -> bool:
    same = alike(answer, candidate, state)
    if same is None:
        return " ".join(answer.casefold().split()) == " ".join(candidate.casefold().split()) or not candidate
    return same


class LiveAnswer:
    """Takes a reply as it grows and tells the words of its answer.

    Citations of the ledger are numbered as they come, which is how the answer will number them.
    """

    def __init__(self, emit: Callable[[Event], None], ledger: Sequence[Evidence]) -> None:
        self._emit, self._ledger = emit, ledger
        self._told, self._at_s = "", float("-inf")

    def __call__(self, reply: str) -> None:
        now_s = time.monotonic()
        if now_s - self._at_s < EVERY_S:
            return
        words = marks.whole(spoken(reply))
        order = () if _UNFOUND.search(reply) else marks.cited(words, self._ledger)
        if (told := marks.placed(words, order, self._ledger)) and told != self._told:
            self._told, self._at_s = told, now_s
            self._emit(Answering(told))


def spoken(reply: str) -> str:
    """The field `answer` of an object that may still be growing, as far as it is certain."""
    if not (found := _BEGUN.search(reply)):
        return ""
    try:
        words: str = json.loads(f'"{_HALF.sub("", found[1])}"', strict=False)
    except ValueError:
        return ""
    return words.encode("utf-8", "ignore").decode()
