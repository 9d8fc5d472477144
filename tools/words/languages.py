"""Which language a text is in, by its function words or its script; enough to say that two texts differ."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable

from playhead.tools.words.stems import words

_FUNCTION_WORDS = {
    "English": "the of and to is are was what who how why when where which does did do that this it they for",
    "German": "der die das und ist sind war was wer wie warum wann wo welche nicht ein eine mit zu wird hat",
    "French": "le la les des et est sont qui que quoi comment pourquoi quand où quel quelle une un dans pas",
    "Spanish": "el los las y es son qué quién cómo por cuándo dónde cuál una un en no que del se está",
    "Italian": "il gli di e è sono che chi come perché quando dove quale una un non della nel si ha",
    "Portuguese": "o os as e é são que quem como porque quando onde qual uma um não do da no em está",
    "Dutch": "de het een en is zijn was wat wie hoe waarom wanneer waar welke niet van met wordt dat er",
}
_BY_WORD = [(language, frozenset(words(listed))) for language, listed in _FUNCTION_WORDS.items()]
FEWEST = 2
"""Function words from which on a language is named; one alone may be a name or a borrowed word."""


def language(texts: Iterable[str]) -> str:
    """The language with the most function words, or a script that is not Latin; '' when unsure."""
    told = [word for text in texts for word in words(text)]
    scripts = Counter(unicodedata.name(word[0], "?").split()[0] for word in told)
    script = max(scripts, key=scripts.__getitem__, default="?")
    if script not in ("LATIN", "DIGIT", "?"):
        return "CJK" if script in ("HIRAGANA", "KATAKANA") else script
    counts = Counter({name: sum(word in listed for word in told) for name, listed in _BY_WORD})
    (first, most), (_, next_most) = counts.most_common(2)
    return first if most >= FEWEST and most > next_most else ""


def differ(question: str, texts: Iterable[str]) -> bool:
    """Whether a question is in another language than these texts, as far as both can be told."""
    asked = language([question])
    return bool(asked) and language(texts) not in ("", asked)
