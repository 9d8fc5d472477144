"""How public kits read a raw reply, rule for rule; each is written anew from the kit's published code.

A rule answers with the letters it accepts: none, one, or several where the kit counts a reply as right
when any letter in it is. No rule here asks a judge or draws a random option where the kit does: what the
kit cannot read by rule is wrong. `docs/benchmarks.md` shows where the rules differ.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from string import ascii_uppercase

from playhead.eval import replies
from playhead.eval.choices import letter_of, strict, text_index
from playhead.eval.ranked_formats import mcq_extract
from playhead.eval.types import Letter, Prediction, SetInfo
from playhead.tools.errors import UsageError

Extractor = Callable[[str, Sequence[str]], Letter]
"""(raw reply, options) → the letters it names; '' for none."""

KITS = ("lmms", "vlmeval", "own")
"""Whose rules `--reading` can ask for: lmms-eval's, VLMEvalKit's, the set's own repository's."""

_COMMON = ("The best answer is", "The correct answer is", "The answer is", "The answer")
_LISTED = (*_COMMON, "The best option is", "The correct option is", "Best answer:", "Best option:")
_JOINED = (*_COMMON, "The best option isThe correct option is", "Best answer:Best option:")
"""Two kits lack a comma between these phrases in their lists, so neither of them is ever cut out."""
_LABELLED = (*_JOINED, "Answer:", "Option:")


def _letters(options: Sequence[str], least: int = 2) -> str:
    return ascii_uppercase[: max(len(options), least)]


def _first(text: str, options: Sequence[str], phrases: Sequence[str], least: int) -> Letter:
    """Phrases cut out one after another, then the first capital in range, wherever it stands."""
    match = re.search(f"[{_letters(options, least)}]", _without(text, phrases))
    return match.group(0) if match else ""


def _without(text: str, phrases: Sequence[str]) -> str:
    for phrase in phrases:
        text = text.replace(phrase, "")
    return text


first_letter = partial(_first, phrases=_LABELLED, least=4)
first_of_five = partial(_first, phrases=_LABELLED, least=5)
first_letter_lmms = partial(_first, phrases=_JOINED, least=4)
first_of_five_lmms = partial(_first, phrases=_LISTED, least=5)
first_of_six_lmms = partial(_first, phrases=_LISTED, least=6)
first_of_six_joined = partial(_first, phrases=_JOINED, least=6)


def first_or_option(text: str, options: Sequence[str]) -> Letter:
    """FALCON-Bench: the first of A–D, phrases cut out; in at most ten words without one, the first option
    whose text occurs."""
    text = text.strip()
    if (found := _first(text, options, _LISTED, 4)) or len(_without(text, _LISTED).split()) > 10:
        return found
    return letter_of(next((i for i, option in enumerate(options) if option.lower() in text.lower()), None))


def polish_answer(text: str, options: Sequence[str]) -> Letter:  # noqa: ARG001 - one shape for all
    """LVBench: what stands before the first `)`, after a `(` if any; first word, first character.

    It may give a character that is no option at all, which then simply does not match.
    """
    head = text.strip().split(")")[0].strip()
    if "(" in head:
        head = head.split("(")[1].strip()
    return head.split(" ")[0][:1]


def before_paren(text: str, options: Sequence[str]) -> Letter:
    """MLVU: the character before the first `)`; without one, the whole reply must be the letter."""
    found = text[: text.index(")")][-1:] if ")" in text else text
    return found if found and found in _letters(options) and len(found) == 1 else ""


def whole_option(text: str, options: Sequence[str]) -> Letter:
    """EgoSchema: `A. text.` in full, the text up to its first `. `, or the bare letter; nothing else."""
    full = [f"{letter_of(i)}. {option}" for i, option in enumerate(options)]
    full = [line if line.endswith(".") else f"{line}." for line in full]
    for forms in (full, [line.split(". ")[1] for line in full], [line.split(". ")[0] for line in full]):
        if text in forms:
            return letter_of(forms.index(text))
    return ""


def last_bracketed(text: str, options: Sequence[str]) -> Letter:
    """NExT-QA, after MMMU: `(A)`, else `A ` anywhere, else `A.`, else an option's text in more than five
    words; of several the last. Of several letters without brackets only those between spaces have a place.
    """
    for mark in ",.!?;:'":
        text = text.strip(mark)
    text = f" {text} "
    names = _letters(options)[: len(options)]
    for form, place in (("({})", "({})"), ("{} ", " {} "), ("{}.", " {} ")):
        if found := [name for name in names if form.format(name) in text]:
            return max(found, key=lambda name, form=place: text.rfind(form.format(name)))  # type: ignore[misc]
    if len(text.split()) <= 5:
        return ""
    low = text.lower()
    said = [(low.rfind(option.lower()), -i) for i, option in enumerate(options) if option.lower() in low]
    return letter_of(-max(said)[1]) if said else ""


def declared_or_last(text: str, options: Sequence[str]) -> Letter:
    """MINERVA: the last letter after `answer is`, `option:` …; else the last capital A–E, phrases cut out."""
    text = text.strip()
    letters = _letters(options, 5)
    said = re.findall(rf"(?:answer|option)\s*(?:is|:)\s*([{letters}])", text, re.IGNORECASE)
    if said:
        return str(said[-1]).upper()
    phrases = (*_COMMON[:3], "Answer:", "Option:", "Therefore, the final answer is:")
    found = re.findall(f"[{letters}]", _without(text, phrases))
    return str(found[-1]) if found else ""


def first_word_letter(text: str, options: Sequence[str]) -> Letter:
    """TVBench: in capitals, the first single letter if it is in range, else a letter at the very start in
    range, else the one option whose text occurs."""
    letters, upper = _letters(options), text.strip().upper()
    for match in (re.search(r"\b([A-Z])\b", upper), re.match(r"\s*[(\[]?([A-Z])[)\].:]?", upper)):
        if match and match.group(1) in letters:
            return match.group(1)
    said = " ".join(text.lower().split())
    plain = [" ".join(option.lower().split()) for option in options]
    hits = [i for i, option in enumerate(plain) if option and option in said]
    return letter_of(hits[0]) if len(hits) == 1 else ""


def leading_label(text: str, options: Sequence[str]) -> Letter:
    """TempCompass, multiple choice: `A`, or a reply that begins with `A.` or `A)`; or `A. text` in full."""
    match = re.match(r"([A-D])(?:[.)]|$)", text) if "\n" not in text[:2] else None
    if match:
        return match.group(1)
    return letter_of(text_index(text, [f"{letter_of(i)}. {o}" for i, o in enumerate(options)]))


def yes_or_no(text: str, options: Sequence[str]) -> Letter:
    """TempCompass, yes/no: how the reply begins, in small letters; `Nobody` and `Not sure` are no."""
    word = next((word for word in ("yes", "no") if text.lower().startswith(word)), None)
    return letter_of(text_index(word, options)) if word else ""


def caption_label(text: str, options: Sequence[str]) -> Letter:
    """TempCompass, caption matching: options are `Caption A: text`. The whole of it, its text (also after
    `) `), its label or the label's last part; full stops are overlooked in labels only. The last form that
    fits decides.
    """
    bare = text.replace(".", "")
    after = text.split(") ")[1] if ") " in text else None
    labels = [option.split(": ")[0] for option in options]
    sentences = [option.split(": ")[1] if ": " in option else option for option in options]
    short = [re.sub(r"Sentence |Option |Caption ", "", label) for label in labels]
    found: int | None = None
    for forms, said in (
        (list(options), (text,)),
        (sentences, (text, after)),
        (labels, (text, bare)),
        (short, (text, bare)),
    ):
        found = next((i for i in reversed(range(len(forms))) if forms[i] in said), found)
    return letter_of(found)


def result_field(text: str, options: Sequence[str]) -> Letter:
    """CG-Bench: the field `result` of JSON fenced as ```json; where there is none or it cannot be read,
    every single capital A–H in the reply counts, so a reply that names several is right with any.
    """
    start = text.find("```json")
    end = text.find("```", start + 7)
    inside = text[start + 7 : end].strip() if start != -1 and end != -1 else ""
    if inside:
        quoted = re.sub(r"(?<=:\s)([A-Za-z_]\w*)", r'"\1"', inside)
        try:
            result = json.loads(quoted)["result"]
        except (ValueError, KeyError, TypeError, IndexError):
            pass
        else:
            return result if result in list(_letters(options)) else ""
    return "".join(dict.fromkeys(re.findall(r"\b[A-H]\b", text)))


def opening_letter(text: str, options: Sequence[str]) -> Letter:
    """E.T. Bench: the first `(A)`; else, after `Best option:` and an open bracket, a letter that stands
    alone or before `.`, `,`, a space or `)`. The kit compares sentence vectors when none fits; not here."""
    letters = _letters(options)
    match = re.search(r"\(([A-Za-z])\)", text)
    if match and match.group(1).upper() in letters:
        return match.group(1).upper()
    head = text[12:] if text.lower().startswith("best option:") else text
    head = head.lstrip().lstrip("(").lstrip()
    alone = len(head) == 1 or head[1:2] in tuple("., )")
    return head[0].upper() if head and alone and head[0].upper() in letters else ""


EXTRACTORS: Mapping[str, Extractor] = {
    "mcq_extract": mcq_extract,
    "first_letter": first_letter,
    "first_letter_lmms": first_letter_lmms,
    "first_of_five": first_of_five,
    "first_of_five_lmms": first_of_five_lmms,
    "first_of_six_lmms": first_of_six_lmms,
    "first_of_six_joined": first_of_six_joined,
    "first_or_option": first_or_option,
    "polish_answer": polish_answer,
    "before_paren": before_paren,
    "whole_option": whole_option,
    "last_bracketed": last_bracketed,
    "declared_or_last": declared_or_last,
    "first_word_letter": first_word_letter,
    "leading_label": leading_label,
    "yes_or_no": yes_or_no,
    "caption_label": caption_label,
    "result_field": result_field,
    "opening_letter": opening_letter,
    **replies.READINGS,
}


def of(info: SetInfo, wanted: str) -> SetInfo:
    """The set with the rule of the kit `wanted` ('' leaves it). Raises UsageError when it has none."""
    if not wanted:
        return info
    if wanted not in info.readings:
        known = ", ".join(info.readings) or "none but its default"
        raise UsageError(f"{info.name} has no reading {wanted!r}", f"choose one of: {known}")
    return replace(info, extractor=info.readings[wanted])


def reply(extractor: str, prediction: Prediction, options: Sequence[str]) -> str:
    """What would be handed to the kit: the structured option in the form its prompt asks for, else the
    raw text."""
    index = strict(prediction, options)
    if index is None:
        return prediction.text
    if extractor == "yes_or_no" or {option.lower() for option in options} == {"yes", "no"}:
        return options[index]
    if extractor == "answer_tag":
        return f"<answer>{letter_of(index)}</answer>"
    if extractor == "caption_label":
        return options[index].split(": ")[0]
    if extractor == "result_field":
        return f'```json\n{{"result": "{letter_of(index)}"}}\n```'
    return letter_of(index)
