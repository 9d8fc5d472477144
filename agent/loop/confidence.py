"""How sure an answer is: every signal, and the one place where they are blended.

- `stated`: what the model says of itself (0..1).
- `option_token`: probability of the chosen option's token among the options, when the server returns
  log-probabilities; 0 unless the reply names exactly one option. Better calibrated than what a model
  says of itself ("Language Models (Mostly) Know What They Know", 2022).
- `endorsed`: how far evidence that a perception returned carries the candidate, never a planner's own words.
- `agreement`: whether memories alone and the pixels or words at the cited place name the same candidate.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence

from playhead.agent import marks
from playhead.agent.loop.schemas import labels
from playhead.agent.state import State
from playhead.tools.protocols import TokenProbability
from playhead.tools.types import Evidence
from playhead.tools.words.stems import terms

LOOKED = frozenset({"inspect_frames", "read_screen", "read_transcript", "caption_clips", "ask_every_clip"})
"""Tools that go to the place itself; all others recall what indexing had remembered."""

SAME = 0.5
"""Share of the shorter answer's own words from which on two wordings say the same."""

_BARE = frozenset(terms("yes no"))

MOST_CITED = 8
"""Lines of an answer that count: who cites whatever there is has shown nothing."""

UNENDORSED_MOST = 0.6
"""Confidence of a candidate that no perception endorses: below every sensible stopping threshold."""


def blend(signals: dict[str, float]) -> float:
    """One confidence from whatever signals there are."""
    token = signals.get("option_token")
    stated = signals.get("stated", 0.0)
    base = stated if token is None else (stated + token) / 2
    if (agreement := signals.get("agreement")) is not None:
        base = base + (1 - base) / 3 if agreement else base * 0.75
    most = UNENDORSED_MOST + (1 - UNENDORSED_MOST) * signals.get("endorsed", 0.0)
    return round(min(max(base, 0.0), most, 1.0), 4)


def endorsed(candidate: str, cites: Iterable[int], state: State) -> float:
    """The share of the candidate's own words, those that the question lacks, that perceived evidence carries.

    Cited lines count together; a line that is not cited counts alone and half. A candidate without words of
    its own (`Yes.`) is half endorsed by any perceived line it cites: nothing tells more.
    """
    own = own_words(candidate, state)
    cited = [line for line in state.evidence(list(cites)[:MOST_CITED]) if line.perceived]
    if not own:
        return 0.5 if cited else 0.0
    if cited:
        said = {word for line in cited for word in terms(line.text)}
        return round(len(own & said) / len(own), 4)
    return round(0.5 * _best(own, (line for line in state.ledger if line.perceived)), 4)


def own_words(candidate: str, state: State) -> set[str]:
    """The words of an answer that say something: the question lacks them, or they are all that it has.

    An option is compared as it stands, since a question may name its options.
    """
    if candidate in state.options:
        return set(terms(candidate)) - _BARE
    return set(terms(marks.plain(candidate))) - _BARE - set(terms(state.question))


def alike(one: str, other: str, state: State) -> bool | None:
    """Whether two wordings say the same: they share half of the shorter one's own words. None when one of
    them has no words of its own."""
    words, others = own_words(one, state), own_words(other, state)
    if not words or not others:
        return None
    return len(words & others) >= SAME * min(len(words), len(others))


def agreement(candidate: str, option: int | None, cites: Sequence[int], state: State) -> float | None:
    """1 when both routes name the candidate, 0 when one names another option, None when that is open."""
    seen_at = {number for record in state.calls if record.call.name in LOOKED for number in record.numbers}
    found_by = {
        number for record in state.calls if record.call.name not in LOOKED for number in record.numbers
    }
    places = state.evidence(cites)
    recalled = [line for line in state.ledger if line.number in found_by or line.number not in seen_at]
    looked = [line for line in state.ledger if line.number in seen_at and _at(line, places)]
    if not recalled or not looked:
        return None
    if option is None:
        wanted = set(terms(marks.plain(candidate)))
        both = min(_best(wanted, recalled), _best(wanted, looked))
        return 1.0 if wanted and both >= 0.5 else None
    chosen = [_favourite(state.options, lines) for lines in (recalled, looked)]
    if None in chosen:
        return None
    return 1.0 if chosen == [option, option] else 0.0


def option_shares(
    text: str, tokens: Sequence[TokenProbability], count: int
) -> tuple[int, tuple[float, ...]] | None:
    """The one option that the reply names (an index) and the probability of each at the place of its label.

    None without log-probabilities, and when the reply does not name exactly one.
    """
    names = labels(count)
    place = _named_at(text, names)
    token = _token_at(tokens, place) if place is not None else None
    if token is None or not any(token.alternatives for token in tokens):
        return None
    masses = _masses(token, names)
    total = sum(masses.values())
    if total <= 0 or (label := _label(token.token)) not in names:
        return None
    return names.index(label), tuple(round(masses.get(name, 0.0) / total, 4) for name in names)


def option_token(text: str, tokens: Sequence[TokenProbability], count: int) -> float | None:
    """Probability of the one option that the reply names, else 0; None without log-probabilities."""
    if not count or not any(token.alternatives for token in tokens):
        return None
    shares = option_shares(text, tokens, count)
    return 0.0 if shares is None else shares[1][shares[0]]


def _masses(token: TokenProbability, names: Sequence[str]) -> dict[str, float]:
    masses: dict[str, float] = {}
    for text, logprob in {**token.alternatives, token.token: token.logprob}.items():
        if (label := _label(text)) in names:
            masses[label] = masses.get(label, 0.0) + math.exp(min(0.0, logprob))
    return masses


def _label(token: str) -> str:
    return token.strip(" \"'().:").upper()


def _named_at(text: str, names: Sequence[str]) -> int | None:
    """Where the only option that `text` names begins: the JSON field `option`, else a label on its own."""
    if field := re.search(r'"option"\s*:\s*"([^"]*)"', text):
        return field.start(1) if field.group(1).strip().upper() in names else None
    found = [
        match for match in re.finditer(r"(?<!\w)\(?([A-Z]|\d{1,2})(?=[).:]|\s*$)", text) if match[1] in names
    ]
    return found[0].start(1) if len({match[1] for match in found}) == 1 else None


def _token_at(tokens: Sequence[TokenProbability], place: int) -> TokenProbability | None:
    end = 0
    for token in tokens:
        end += len(token.token)
        if end > place:
            return token
    return None


def _favourite(options: Sequence[str], lines: Sequence[Evidence]) -> int | None:
    """The option whose own words (those the others lack) the lines carry best, None when it is open."""
    sets = [set(terms(option)) for option in options]
    scores = [
        _best(
            words - set().union(*(other for place, other in enumerate(sets) if place != index)) or words,
            lines,
        )
        for index, words in enumerate(sets)
    ]
    best = max(scores, default=0.0)
    return scores.index(best) if best > 0 and scores.count(best) == 1 else None


def _best(wanted: set[str], lines: Iterable[Evidence]) -> float:
    return max((_coverage(wanted, line) for line in lines), default=0.0)


def _coverage(wanted: set[str], line: Evidence) -> float:
    return len(wanted & set(terms(line.text))) / len(wanted) if wanted else 0.0


def _at(line: Evidence, places: Iterable[Evidence]) -> bool:
    return any(line.video_id == place.video_id and line.span.overlaps(place.span) for place in places)
