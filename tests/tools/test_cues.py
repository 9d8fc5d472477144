"""Caption files of every format and every kind of damage, read to clean cues."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.tools.errors import MediaError
from playhead.tools.types import Cue, Span
from playhead.tools.words.captions_formats import RawCue
from playhead.tools.words.cues import clean_cues, load_cues, load_transcripts, repaired


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def said(path: Path) -> list[tuple[float, float, str]]:
    return [(cue.span.start_s, cue.span.end_s, cue.text) for cue in load_cues(path)]


SRT = """1
00:00:01,500 --> 00:00:03,000
<font color="#fff">The <i>tide</i></font> {\\an8}turns
at six &amp; noon.

2
00:00:04,000 --> 00:00:05,250
[music]
"""

VTT = """WEBVTT - a title

STYLE
::cue { color: lime }

NOTE
this is not said
00:12 nor this

intro
00:01.500 --> 00:03.000 align:start line:80%
<v.loud Marta Keller>The <c.yellow>tide</c> turns &lt;slowly&gt;</v>

NOTE another

7
01:00:00.000 --> 01:00:02.000
<v Ada>Yes.</v>
<v Ben>No.</v>
"""

ASS = """[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize
Style: Default,Arial,20

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Comment: 0,0:00:00.00,0:00:09.00,Default,,0,0,0,,not shown
Dialogue: 0,0:00:05.00,0:00:07.00,Default,,0,0,0,,{\\k20}He{\\k30}llo,\\Nworld
Dialogue: 0,0:00:01.00,0:00:02.50,Default,Marta,0,0,0,,{\\an8\\i1}First, of all{\\i0}
Dialogue: 0,0:00:01.00,0:00:02.50,Default,,0,0,0,,{\\p1}m 0 0 l 100 0 100 100{\\p0}
"""


def test_subrip_tags_and_entities_become_plain_words(tmp_path: Path) -> None:
    assert said(write(tmp_path / "a.srt", SRT)) == [
        (1.5, 3.0, "The tide turns at six & noon."),
        (4.0, 5.25, "[music]"),
    ]


def test_webvtt_notes_styles_and_settings_are_no_words(tmp_path: Path) -> None:
    first, second = load_cues(write(tmp_path / "a.vtt", VTT))
    assert (first.text, first.speaker) == ("The tide turns <slowly>", "Marta Keller")
    assert first.span == Span(1.5, 3)
    assert (second.text, second.span.start_s) == ("Ada: Yes. Ben: No.", 3600)


def test_substation_comments_drawings_and_karaoke(tmp_path: Path) -> None:
    first, second = load_cues(write(tmp_path / "a.ass", ASS))
    assert (first.text, first.speaker, first.span) == ("First, of all", "Marta", Span(1, 2.5))
    assert second.text == "Hello, world"


OTHER_FORMATS = {
    "a.sbv": "0:00:01.000,0:00:02.500\nhello there\n\n0:00:03.000,0:00:04.000\nagain\n",
    "a.sub": "{25}{62}hello there\n{75}{100}again\n",
    "a.smi": "<SAMI><BODY>\n<SYNC Start=1000><P>hello there\n<SYNC Start=3000><P>again\n</BODY></SAMI>",
    "a.txt": "[00:00:01] hello there\n[00:00:03]\nagain\n",
    "copied.txt": "0:01\nhello there\n0:03\nagain\n",
    "a.lrc": "[00:01.00]hello there\n[00:03.00]again\n",
    "vtt.srt": "WEBVTT\n\n00:01.000 --> 00:02.500\nhello there\n\n00:03.000 --> 00:04.000\nagain\n",
    "list.json": """[{"start": 1, "duration": 1.5, "text": "hello there"}, {"start": 3, "text": "again"}]""",
    "whisper.json": """{"language": "en", "segments": [
        {"start": 1, "end": 2.5, "text": " hello there"}, {"start": 3, "end": 4, "text": "again"}]}""",
    "pairs.json": """[{"timestamp": [1, 2.5], "text": "hello there"},
        {"timestamp": [3, 4], "text": "again"}]""",
    "clock.json": """[{"start": "00:00:01.000", "end": "00:00:02.500", "line": "hello there"},
        {"start": "00:00:03.000", "end": "00:00:04.000", "line": "again"}]""",
    "json3.json": """{"events": [{"tStartMs": 1000, "dDurationMs": 1500, "segs": [{"utf8": "hello"},
        {"utf8": " there"}]}, {"tStartMs": 3000, "dDurationMs": 1000, "segs": [{"utf8": "again"}]}]}""",
    "a.jsonl": """{"start": 1, "end": 2, "text": "hello there"}\n{"start": 3, "text": "again"}\n""",
}


@pytest.mark.parametrize("name", OTHER_FORMATS)
def test_other_formats(tmp_path: Path, name: str) -> None:
    cues = load_cues(write(tmp_path / name, OTHER_FORMATS[name]))
    assert [(cue.span.start_s, cue.text) for cue in cues] == [(1, "hello there"), (3, "again")]


def test_a_number_may_be_the_text(tmp_path: Path) -> None:
    body = "1\n00:00:01,000 --> 00:00:02,000\n42\n\n2\n00:00:03,000 --> 00:00:04,000\n1987"
    assert said(write(tmp_path / "a.srt", body)) == [(1, 2, "42"), (3, 4, "1987")]


@pytest.mark.parametrize(
    ("language", "encoding", "words"),
    [
        ("", "utf-8-sig", "Größe, señor, 左に見える"),
        ("", "utf-16", "Größe, señor, 左に見える"),
        ("", "utf-16-le", "Größe, señor"),
        ("", "cp1252", "Es ist töricht, so ganz allein und unvorbereitet zu reisen! – für “dich”"),
        ("", "cp932", "左に見えるのは…首刈り機。すべて安全、完璧に安全だ"),
        ("", "cp1256", "إلى الشمال يمكن أن نرى هل أصبت لا أظن ذلك"),
        ("", "cp1251", "Привет, как дела? Мы идём домой вместе."),
        ("he", "cp1255", "שלום, לאן אנחנו הולכים היום? לא בטוח כאן."),
        ("zh", "gb18030", "你好，我们今天去哪里？这里不安全。"),
    ],
)
def test_encodings(tmp_path: Path, language: str, encoding: str, words: str) -> None:
    content = f"1\n00:00:01,000 --> 00:00:02,000\n{words}\n".encode(encoding)
    assert load_cues(write(tmp_path / f"film.{language}.srt", content))[0].text == words


def test_a_broken_byte_does_not_change_the_encoding(tmp_path: Path) -> None:
    body = (
        "1\n00:00:01,000 --> 00:00:02,000\nпривет всем друзьям, сегодня хорошая погода ".encode() + b"\xff\n"
    )
    assert load_cues(write(tmp_path / "a.srt", body))[0].text.startswith("привет всем друзьям")


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x01", "not a text file"),
        (b"Just a shopping list\nmilk\n", "no timed text"),
        (b"WEBVTT\n", "no timed text"),
        (b'{"a": [' * 5000, "no timed text"),
    ],
)
def test_wrong_files_say_what_is_wrong(tmp_path: Path, content: bytes, cause: str) -> None:
    with pytest.raises(MediaError, match=cause) as caught:
        load_cues(write(tmp_path / "a.srt", content))
    assert "a.srt" in caught.value.cause
    assert caught.value.cure


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "gone.srt", tmp_path):
        with pytest.raises(MediaError, match="cannot read"):
            load_cues(path)


def test_impossible_times_are_repaired_or_dropped(tmp_path: Path) -> None:
    body = "\n".join(
        f"{start} --> {end}\n{text}\n"
        for start, end, text in [
            ("00:00:09,000", "00:00:07,000", "reversed"),
            ("-00:00:01,000", "00:00:02,000", "begins before zero"),
            ("-00:00:05,000", "-00:00:03,000", "ends before zero"),
            ("9999:00:00,000", "9999:00:01,000", "after ten days"),
            ("00:00:03,000", "00:00:04,000", "<i></i>"),
        ]
    )
    assert said(write(tmp_path / "a.srt", body)) == [(0, 2, "begins before zero"), (7, 9, "reversed")]


def test_rolling_captions_are_said_once(tmp_path: Path) -> None:
    body = """WEBVTT

00:00.000 --> 00:02.000
so<00:00:00.500><c> welcome</c><00:00:01.000><c> to the</c>

00:02.000 --> 00:02.010
so welcome to the

00:02.010 --> 00:04.000
so welcome to the
tidal<00:00:02.500><c> mill</c>

00:04.000 --> 00:04.010
tidal mill

00:04.010 --> 00:06.000
tidal mill
of Brack Point
"""
    cues = load_cues(write(tmp_path / "a.vtt", body))
    assert " ".join(cue.text for cue in cues) == "so welcome to the tidal mill of Brack Point"
    assert cues[-1].span.end_s == 6


def test_growing_captions_become_one() -> None:
    cues = [Cue(Span(at, at + 1), text) for at, text in enumerate(["we", "we go", "we go home"])]
    assert clean_cues(cues) == [Cue(Span(0, 3), "we go home")]


def test_words_shared_by_neighbours_are_said_once() -> None:
    cues = [Cue(Span(0, 2), "today we are going"), Cue(Span(2, 4), "we are going to the mill")]
    assert [cue.text for cue in clean_cues(cues)] == ["today we are going", "to the mill"]


def test_what_is_said_twice_with_a_pause_stays_twice() -> None:
    cues = [Cue(Span(0, 1), "No."), Cue(Span(2, 3), "No."), Cue(Span(3, 4), "Yes.")]
    assert clean_cues(cues) == cues


def test_overlapping_cues_of_two_speakers_both_stay() -> None:
    cues = [Cue(Span(0, 5), "Ada speaks on"), Cue(Span(1, 2), "Ben objects"), Cue(Span(5, 6), "Ada ends")]
    assert clean_cues(reversed(cues)) == cues


def test_frame_by_frame_signs_become_one_each() -> None:
    flicker = [Cue(Span(at / 25, (at + 1) / 25), text) for at in range(50) for text in ("DANGER", "Exit")]
    assert clean_cues(flicker) == [Cue(Span(0, 2), "DANGER"), Cue(Span(0, 2), "Exit")]


def test_several_files_merge_and_same_words_stand_once(tmp_path: Path) -> None:
    body = "1\n00:00:01,000 --> 00:00:02,000\nEmo?\n\n2\n00:00:05,000 --> 00:00:06,000\n"
    english = write(tmp_path / "film.en.srt", f"{body}Are you hurt?\n")
    german = write(tmp_path / "film.de.srt", f"{body}Verletzt?\n")
    texts = [(cue.text, cue.language) for cue in load_transcripts([english, german])]
    assert texts == [("Emo?", "en"), ("Are you hurt?", "en"), ("Verletzt?", "de")]


def test_ten_megabytes_are_fine(tmp_path: Path) -> None:
    stamp = (
        "{0}\n{1:02}:{2:02}:{3:02},0 --> {1:02}:{2:02}:{3:02},9\nline number {0} of a very long recording\n\n"
    )
    body = "".join(stamp.format(at, at // 3600, at // 60 % 60, at % 60) for at in range(130_000))
    assert len(body) > 9_500_000
    assert len(load_cues(write(tmp_path / "a.srt", body))) == 130_000


raw_times = st.floats(allow_nan=True, allow_infinity=True) | st.floats(-10, 100)


@given(st.lists(st.tuples(raw_times, raw_times, st.text(max_size=20))))
def test_any_raw_cues_become_ordered_cues_with_words(raw: list[tuple[float, float, str]]) -> None:
    cues = clean_cues(repaired(RawCue(*values) for values in raw))
    assert [cue.span.start_s for cue in cues] == sorted(cue.span.start_s for cue in cues)
    assert all(cue.text.strip() and math.isfinite(cue.span.end_s) for cue in cues)


phrases = st.sampled_from(["a", "b", "a\nb", "a b c d", "b c d"])


@given(st.lists(st.tuples(st.floats(0, 50), st.floats(0, 5), phrases)))
def test_no_word_is_lost_by_cleaning(raw: list[tuple[float, float, str]]) -> None:
    cues = clean_cues(Cue(Span(start, start + length), text) for start, length, text in raw)
    assert {word for cue in cues for word in cue.text.split()} == {
        w for *_, text in raw for w in text.split()
    }
