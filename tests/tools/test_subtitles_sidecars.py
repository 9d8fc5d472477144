"""Which subtitle files belong to which video."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from playhead.tools.words.cues import sidecars
from playhead.tools.words.sidecars import language_code, language_of


def found(folder: Path, video: str, *files: str) -> list[str]:
    for name in (video, *files):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x")
    return [str(path.relative_to(folder)) for path in sidecars(folder / video)]


def test_names_beside_the_video(tmp_path: Path) -> None:
    wanted = ["Film.EN.srt", "film.en.vtt", "film.srt", "film_de.ASS", "film.mp4.sbv"]
    others = ["filmore.srt", "other.srt", "film.txt", "film.chapters.en.vtt", "film.thumbnails.vtt"]
    assert set(found(tmp_path, "film.mp4", *wanted, *others)) == set(wanted)


def test_child_folders(tmp_path: Path) -> None:
    wanted = ["Subs/film.en.srt", "Subs/film/2_English.srt", "subtitles/film.vtt"]
    assert found(tmp_path, "film.mp4", *wanted, "Subs/2_English.srt", "extras/film.srt") == [
        "Subs/film/2_English.srt",
        "Subs/film.en.srt",
        "subtitles/film.vtt",
    ]


def test_a_longer_video_name_keeps_its_own_subtitles(tmp_path: Path) -> None:
    assert found(tmp_path, "film.mp4", "film.2.mp4", "film.2.srt", "film.srt") == ["film.srt"]


def test_unicode_forms_of_a_name_are_one_name(tmp_path: Path) -> None:
    decomposed = unicodedata.normalize("NFD", "Café été.fr.srt")
    assert found(tmp_path, unicodedata.normalize("NFC", "Café été.mp4"), decomposed) == [decomposed]


def test_a_missing_folder_has_none(tmp_path: Path) -> None:
    assert sidecars(tmp_path / "gone" / "film.mp4") == []


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("film.srt", ""),
        ("it.srt", ""),
        ("film.en.srt", "en"),
        ("film.pt-BR.vtt", "pt-BR"),
        ("film.eng.sdh.srt", "en"),
        ("2_English.srt", "en"),
        ("film_de.forced.srt", "de"),
        ("film-es.vtt", "es"),
        ("x-ray.srt", ""),
    ],
)
def test_language_of_a_name(name: str, language: str) -> None:
    assert language_of(Path(name)) == language


def test_language_codes_of_tracks() -> None:
    assert [language_code(name) for name in ("eng", "en-GB", "German", "und", "")] == [
        "en",
        "en",
        "de",
        "",
        "",
    ]
