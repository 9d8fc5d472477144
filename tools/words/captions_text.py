"""What stands in a caption file, made readable: bytes to text in any encoding, markup to plain words.

Subtitle files come in every encoding of the last thirty years and with the tags of four formats at
once. `decode` and `words` are the two steps every format shares.
"""

from __future__ import annotations

import codecs
import html
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

LEGACY = {
    "ar": "cp1256",
    "be": "cp1251",
    "bg": "cp1251",
    "cs": "cp1250",
    "el": "cp1253",
    "fa": "cp1256",
    "he": "cp1255",
    "hr": "cp1250",
    "hu": "cp1250",
    "ja": "cp932",
    "ko": "cp949",
    "pl": "cp1250",
    "ro": "cp1250",
    "ru": "cp1251",
    "sk": "cp1250",
    "th": "cp874",
    "tr": "cp1254",
    "uk": "cp1251",
    "vi": "cp1258",
    "zh": "gb18030",
}
"""The code page of a language before UTF-8; tried first when the file name tells the language."""

# Single-byte pages that differ from these in a few letters only are left out: they win by accident.
_CANDIDATES = sorted({*LEGACY.values(), "cp1252", "big5", "koi8_r"})
_SAMPLE_BYTES = 64_000

_TAGS = "i|b|u|s|c|v|lang|ruby|rt|font|span|em|strong|tt|p|div|big|small"
_TAG = re.compile(rf"<\s*/?\s*(?:{_TAGS})(?:[.\s/][^<>]*)?>|<\d[\d:.]*>", re.IGNORECASE)
_BREAK = re.compile(r"<\s*br\s*/?\s*>|\\N", re.IGNORECASE)
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^<>]*)>", re.IGNORECASE)
_OVERRIDE = re.compile(r"\{\\[^{}]*\}|\{[yYfFcCsSoOpPh]:[^{}]*\}")
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\x00-\x08\x0e-\x1f]")


def decode(data: bytes, language: str = "") -> str:
    """The text in `data`: by its byte order mark, else UTF-8, UTF-16 or a legacy code page.

    `language` (such as `ja`) breaks ties between code pages. Raises ValueError for what is not text.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    if wide := _utf16(data):
        return data.decode(wide, "replace")
    if b"\x00" in data:
        raise ValueError("not text")
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    if broken == 0 or broken * 20 < sum(character > "\x7f" for character in text):
        return text
    return data.decode(_legacy(data, language), "replace")


def _utf16(data: bytes) -> str:
    """UTF-16 without a mark: every second byte of a text with digits and line breaks is zero."""
    head = data[:2000]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if len(head) < 4 or max(even, odd) < len(head) * 0.2 or min(even, odd) > len(head) * 0.02:
        return ""
    return "utf-16-be" if even > odd else "utf-16-le"


def _legacy(data: bytes, language: str) -> str:
    from charset_normalizer import from_bytes

    hinted = LEGACY.get(language.lower().split("-")[0], "")
    sample = b"\n".join(line for line in data.splitlines() if not line.isascii())[:_SAMPLE_BYTES]
    if hinted and _fits(sample, hinted):
        return hinted
    best = from_bytes(sample, cp_isolation=_CANDIDATES).best()
    return best.encoding if best else "cp1252"


def _fits(sample: bytes, encoding: str) -> bool:
    """Whether `encoding` reads the sample with at most one character in fifty left over (a cut end)."""
    text = sample.decode(encoding, "replace")
    return text.count("\ufffd") * 50 <= len(text)


def lines(text: str) -> list[str]:
    """The visible lines of one caption: tags, override codes and invisible marks gone, entities decoded."""
    text = _OVERRIDE.sub("", _BREAK.sub("\n", text))
    text = html.unescape(_TAG.sub("", text)).replace("\\h", " ")
    rows = (" ".join(row.split()) for row in _INVISIBLE.sub("", text).splitlines())
    return [row for row in rows if row]


def voices(text: str) -> tuple[str, str]:
    """(text, speaker) of a WebVTT cue: one voice becomes the speaker, several stay as `Name: words`."""
    names = [" ".join(html.unescape(name).split()) for name in _VOICE.findall(text)]
    if len(set(names)) == 1 and _VOICE.match(text.lstrip()):
        return _VOICE.sub("", text), names[0]
    return _VOICE.sub(lambda found: f"\n{found[1].strip()}: ", text), ""
