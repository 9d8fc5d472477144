"""How the kits of single sets read a raw reply. Each rule is written from the named public scorer.

Where a kit draws a random option or falls back to A, the reading here is '' and counts as wrong. A kit that
looks for the gold letter in the reply is read as every letter it would accept.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Mapping, Sequence
from string import ascii_uppercase

Reading = Callable[[str, Sequence[str]], str]
"""(raw reply, options) → letter, or '' when none is found."""

PUNCTUATION = ';/[]"{}()=+\\_-><@`,?!'
_NUMBER_COMMA = re.compile(r"\d,\d")


def _letters(options: Sequence[str]) -> str:
    return ascii_uppercase[: max(2, len(options))]


def _without_punctuation(text: str) -> str:
    """Marks beside a space vanish, others become spaces, full stops go unless a digit follows."""
    result = text
    for mark in PUNCTUATION:
        beside = f"{mark} " in text or f" {mark}" in text or _NUMBER_COMMA.search(text)
        result = result.replace(mark, "" if beside else " ")
    return re.sub(r"\.(?!\d)", "", result)


def mvbench_letter(text: str, options: Sequence[str]) -> str:  # noqa: ARG001 - one shape for all
    """lmms-eval `mvbench/utils.py`: a leading `A.`, else the first lone letter A–E of any case."""
    if match := re.match(r"^([A-E])\.\s*(.+)$", text.strip(), re.IGNORECASE):
        return match.group(1).upper()
    plain = _without_punctuation(text.replace("\n", " ").replace("\t", " ").strip())
    found = re.search(r"\b([A-E])\b", plain.strip("'").strip('"').strip(")").strip("("), re.IGNORECASE)
    return found.group(1).upper() if found else ""


def any_trace(text: str, options: Sequence[str]) -> str:
    """lmms-eval `mmvu/utils.py`: every letter A–E that stands alone, any case; every option whose text
    occurs; every letter that occurs at all beside a word of three letters or more of its option."""
    low, found = text.strip().lower(), ""
    for letter, option in zip(ascii_uppercase, options, strict=False):
        plain = option.strip().lower()
        words = [word.strip(string.punctuation) for word in plain.split()]
        beside = letter.lower() in low and any(len(word) > 2 and word in low for word in words)
        alone = re.search(rf"\b{letter}\b", text, re.IGNORECASE)
        found += letter if alone or plain in low or beside else ""
    return found


def _text_in(text: str, options: Sequence[str]) -> str:
    plain = text.lower()
    return next((ascii_uppercase[i] for i, o in enumerate(options) if o and o.strip().lower() in plain), "")


def answer_tag(text: str, options: Sequence[str]) -> str:  # noqa: ARG001
    """VLMEvalKit `utils/videoholmes.py`: the last `<answer>` tag; a letter before a space or colon or behind
    a bracket counts first, then any capital, in the order A … F."""
    tags = re.findall(r"<answer>\s*(.*?)\s*</answer>", text, re.DOTALL)
    if not tags:
        return ""
    inside = str(tags[-1]).strip()
    marked = (
        letter for letter in "ABCDEF" if any(m in inside for m in (f"{letter} ", f"{letter}:", f"[{letter}"))
    )
    return next(marked, "") or next((letter for letter in "ABCDEF" if letter in inside), "")


def first_character(text: str, options: Sequence[str]) -> str:
    """HLV-1K `gpt_evaluation.py`: the first character, any case; with the options Yes and No the word."""
    bare = text.strip()
    if [option.lower() for option in options] == ["yes", "no"] and bare not in ("A", "B"):
        words = bare.lower().split()
        return "A" if "yes" in words else "B" if "no" in words else ""
    return bare[:1].upper() if bare[:1].upper() in set(_letters(options)) else ""


def opening_character(text: str, options: Sequence[str]) -> str:  # noqa: ARG001
    """StreamingBench `count.py`: the very first character, whatever it is."""
    return text[:1]


def exact_letter(text: str, options: Sequence[str]) -> str:
    """lmms-eval `perceptiontest`: the reply is the letter and nothing else."""
    return text if len(text) == 1 and text in _letters(options) else ""


def neptune_choice(text: str, options: Sequence[str]) -> str:
    """lmms-eval `neptune/utils.py`: a bare letter; the last hit of `answer is X`, `option X`, `(X)`, `X.`;
    a lone letter of a reply of three words; the first option whose text occurs."""
    upper = text.strip().upper()
    if match := re.fullmatch(r"[(\[]?\s*([A-E])\s*[)\].:\-]?\s*", upper):
        return match.group(1)
    answer = r"ANSWER\s*(?:IS|:)?\s*[(\[]?\s*([A-E])\s*[)\]]?"
    for pattern in (answer, r"OPTION\s*([A-E])", r"\(([A-E])\)", r"\b([A-E])[).]"):
        if hits := re.findall(pattern, upper):
            return str(hits[-1])
    if len(upper.split()) <= 3 and (match := re.search(r"\b([A-E])\b", upper)):
        return match.group(1)
    return _text_in(_words(text), [_words(option) for option in options])


def _words(text: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9\s]", " ", text.lower()).split())


def videommmu_choice(text: str, options: Sequence[str]) -> str:
    """lmms-eval `mmmu_mcq_utils.py` for Video-MMMU: the letters with `.` or `:`, else with brackets, else
    before a space; of a long reply the options by text. Of several the last in the text."""
    for mark in ",.!?;:'":
        text = text.strip(mark)
    text = f" {text} "
    letters = _letters(options)
    marked = [letter for form in ("{}.", "{}:") for letter in letters if form.format(letter) in text]
    for form, rank in (("{}.", "{}."), ("{}:", "{}:"), ("({})", "({})"), ("{} ", " {} ")):
        hits = [letter for letter in letters if form.format(letter) in text]
        if hits:
            found = {letter: text.rfind(rank.format(letter)) for letter in marked or hits}
            return max(found, key=lambda letter: found[letter])
    lowered = text.lower()
    named = {
        ascii_uppercase[i]: lowered.rfind(o.lower()) for i, o in enumerate(options) if o.lower() in lowered
    }
    return max(named, key=lambda letter: named[letter]) if named and len(text.split()) > 5 else ""


def stated_answer(text: str, options: Sequence[str]) -> str:
    """lmms-eval `cinepile/utils.py`: a bare letter; `Answer: X`, whose further text must be the option; a
    reply that is an option's text."""
    bare = text.replace("*", "").strip()
    if re.fullmatch(r"[A-E]", bare, re.IGNORECASE):
        return bare.upper()
    lowered = [option.lower() for option in options]
    if match := re.search(r"Answer:\s*([A-E])\)?\.?\s*(.*)", bare, re.IGNORECASE):
        letter, rest = match.group(1).upper(), match.group(2).strip().lower()
        place = ascii_uppercase.index(letter)
        return letter if not rest or (place < len(lowered) and lowered[place] == rest) else ""
    return "".join(ascii_uppercase[i] for i, option in enumerate(lowered) if option == bare.lower())


def vrbench_letter(text: str, options: Sequence[str]) -> str:  # noqa: ARG001
    r"""VRBench `calculate_scores.py`: `\boxed{X}`, `<Answer>X`, the last line `X. …`, the last `answer: X`,
    the last `X.`, `X)`, `X:`, a letter before a capital or a line end, the last lone letter."""
    if match := re.search(r"\\boxed\{([A-E])\}", text, re.I) or re.search(r"<Answer>\s*([A-E])", text, re.I):
        return match.group(1).upper()
    ends = r"[:\s]+([A-E])(?:\s|$|\.|,)"
    stated = [rf"{head}{ends}" for head in ("Answer", "answer is", "correct answer", "final answer", "final")]
    stated += [rf"{head}{ends}" for head in ("therefore", "conclusion")]
    groups = ((r"^([A-E])\.\s*.+$",), stated, (r"([A-E])\.",), (r"([A-E])\)",), (r"([A-E]):",))
    for patterns in (*groups, (r"(?:^|\n|\s)([A-E])\s+(?=[A-Z]|$|\n)",)):
        hits = [hit for pattern in patterns for hit in re.findall(pattern, text.strip(), re.I | re.M)]
        if hits:
            return str(hits[-1]).upper()
    lone = re.findall(r"\b([A-E])\b", _without_punctuation(text.replace("\n", " ")), re.I)
    return str(lone[-1]).upper() if lone else ""


def scalelong_letter(text: str, options: Sequence[str]) -> str:
    """ScaleLong `inference.py`: `<answer>: x`, else the last `(x)`, lone `x` or `x.`, any case."""
    within = _letters(options).lower()
    if match := re.search(rf"<answer>:?\s*([{within}])\b", text, re.I):
        return match.group(1).upper()
    hits = re.findall(rf"\(([{within}])\)|(?:^|\s)([{within}])(?=\s|\.|$)", text, re.I)
    return next((letter.upper() for letter in hits[-1] if letter), "") if hits else ""


def any_letter(text: str, options: Sequence[str]) -> str:
    """OVO-Bench `OVOBenchScore.py`: every capital in range that occurs; of the options No and Yes the words,
    or their initials alone."""
    if list(options) == ["No", "Yes"] and text.strip() not in ("A", "B"):
        words = {"A": ("No", "N"), "B": ("Yes", "Y")}
        return "".join(letter for letter, (word, initial) in words.items() if word in text or text == initial)
    return "".join(letter for letter in _letters(options) if letter in text)


READINGS: Mapping[str, Reading] = {
    "mvbench_letter": mvbench_letter,
    "any_trace": any_trace,
    "answer_tag": answer_tag,
    "first_character": first_character,
    "opening_character": opening_character,
    "exact_letter": exact_letter,
    "neptune_choice": neptune_choice,
    "videommmu_choice": videommmu_choice,
    "stated_answer": stated_answer,
    "vrbench_letter": vrbench_letter,
    "scalelong_letter": scalelong_letter,
    "any_letter": any_letter,
}


_KEYS = (
    *("could be ", "so ", "is ", "thus ", "therefore ", "final ", "answer ", "result ", "are ", "in total "),
    *("total ", "identify ", "recognize ", "calculated as ", "counted as ", "measured as ", "observed as "),
    *("concluded as ", "found to be ", "equals ", "determined to be ", "number of ", "value is "),
    *("adds up to ", "have ", "has "),
)
_NUMBERS = re.compile(r"-?\d{1,3}(?:,\d{3})+|-?\d+(?:\.\d+)?[eE][+-]?\d+|-?\d+\.\d+|-?\.\d+|-?\d+")


def mmmu_open(text: str, gold: str) -> bool:
    """lmms-eval's rule for the open questions of Video-MMMU: what stands behind the last key phrase of each
    sentence (or the whole reply without one) holds the gold text, or a number equal to two places."""
    sentences = re.split(r"\.\s(?=[A-Z])|\n", text.strip().strip(".").lower())
    tails = [_tail(sentence, place == len(sentences) - 1) for place, sentence in enumerate(sentences)]
    said = [tail for tail in tails if tail and tail not in ":,.!?;'"] or [text.strip().strip(".").lower()]
    right = _number(gold)
    if right is not None:
        numbers = (_number(hit) for part in said for hit in (part, *_NUMBERS.findall(part)))
        return right in numbers
    plain = gold.strip().lower()
    wanted = (f" {plain}", f"{plain} ") if len(plain) == 1 else (plain,)
    return any(form in part for part in said for form in wanted)


def _tail(sentence: str, last: bool) -> str:
    keys = (*_KEYS, "=") if last else _KEYS
    return min((sentence.split(key)[-1].strip() for key in keys if key in sentence), key=len, default="")


def _number(text: str) -> float | None:
    try:
        return round(float(text.strip().replace(",", "")), 2)
    except ValueError:
        return None
