"""Reading the files of a question set as downloaded: find them, read them, say what was expected where."""

from __future__ import annotations

import ast
import csv
import gzip
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, cast

from playhead.tools.errors import MediaError, MissingExtraError
from playhead.tools.timecode import parse_clock

Row = Mapping[str, Any]
"""One annotation as it stands in the file."""

VIDEO_SUFFIXES = (".mp4", ".mkv", ".webm", ".MP4", ".avi", ".mov", ".synthetic.json")


def find(folder: Path, *patterns: str, of: str) -> Path:
    """The first file that matches one of the patterns, tried in order; MediaError lists them otherwise."""
    if found := find_all(folder, *patterns):
        return found[0]
    raise missing(folder, patterns, of)


def find_all(folder: Path, *patterns: str) -> list[Path]:
    """All files of the first pattern that matches any, sorted."""
    if not folder.is_dir():
        return []
    for pattern in patterns:
        if found := sorted(path for path in folder.glob(pattern) if path.is_file()):
            return found
    return []


def missing(folder: Path, patterns: Sequence[str], of: str) -> MediaError:
    """The error for a folder that does not hold the layout of the set `of`."""
    state = "holds none of" if folder.is_dir() else "is no folder, expected"
    return MediaError(
        f"{of}: {str(folder)!r} {state} {', '.join(patterns)}",
        "give --data the folder of the set as downloaded",
    )


def read_rows(path: Path) -> list[Any]:
    """The rows of a parquet, jsonl, csv, tsv, txt or json file; a malformed jsonl line becomes its text.

    A json file gives its list, or itself as the only row. Raises MediaError when the file cannot be read.
    """
    name = path.name.removesuffix(".gz")
    if name.endswith(".parquet"):
        return _parquet(path)
    try:
        with _open(path) as file:
            return _text_rows(name, file)
    except (OSError, EOFError, UnicodeDecodeError, csv.Error, json.JSONDecodeError) as error:
        raise MediaError(f"cannot read {str(path)!r}: {error}", "download the file again") from error


def _open(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return cast("IO[str]", gzip.open(path, "rt", encoding="utf-8-sig"))
    return path.open(encoding="utf-8-sig", newline="")


def _text_rows(name: str, file: IO[str]) -> list[Any]:
    if name.endswith(".jsonl"):
        return [_line(line) for line in file if line.strip()]
    if name.endswith(".txt"):
        return [line.strip() for line in file if line.strip()]
    if name.endswith((".csv", ".tsv")):
        csv.field_size_limit(10_000_000)
        return list(csv.DictReader(file, delimiter="\t" if name.endswith(".tsv") else ","))
    data = json.load(file)
    return data if isinstance(data, list) else [data]


def _line(line: str) -> Any:
    try:
        return json.loads(line)
    except json.JSONDecodeError:
        return line.strip()


def _parquet(path: Path) -> list[Any]:
    try:
        import pyarrow.parquet as parquet
        from pyarrow import ArrowException
    except ModuleNotFoundError as error:
        raise MissingExtraError("parquet files need pyarrow", "pip install 'playhead[bench]'") from error
    try:
        return list(parquet.read_table(path).to_pylist())
    except (OSError, ArrowException) as error:
        raise MediaError(f"cannot read {str(path)!r}: {error}", "download the file again") from error


def read_object(path: Path) -> dict[str, Any]:
    """The object of a json file; MediaError when it holds something else."""
    rows = read_rows(path)
    if len(rows) == 1 and isinstance(rows[0], dict):
        return rows[0]
    raise MediaError(f"{str(path)!r} should hold one JSON object", "download the file again")


def video_path(folder: Path, name: str, *subfolders: str) -> Path:
    """Where a video should be: the first existing file among the subfolders and usual suffixes.

    When none exists, the first candidate is returned, so that the error names a likely place.
    """
    names = [name] if name.endswith(VIDEO_SUFFIXES) else [name + suffix for suffix in VIDEO_SUFFIXES]
    candidates = [folder / sub / file for sub in subfolders or ("",) for file in names]
    return next((path for path in candidates if path.is_file()), candidates[0])


def listed(value: Any) -> list[str]:
    """The texts of a list, or of one written out as Python or JSON; raises ValueError for anything else."""
    if isinstance(value, str):
        try:
            value = ast.literal_eval(value)
        except (SyntaxError, ValueError) as error:
            raise ValueError(f"not a list: {value!r:.60}") from error
    if not isinstance(value, (list, tuple)):
        raise ValueError(f"not a list: {value!r:.60}")
    return [str(item).strip() for item in value]


def first_of(folder: Path, *names: str) -> Path:
    """The first of the relative names that is a file below `folder`, else the first name."""
    candidates = [folder / name for name in names]
    return next((path for path in candidates if path.is_file()), candidates[0])


def existing(*paths: Path) -> tuple[Path, ...]:
    """Those of the paths that are files."""
    return tuple(path for path in paths if path.is_file())


def seconds(text: str | float) -> float:
    """Seconds of `01:02:03.5`, `02:03`, `63,5` or a number; raises ValueError for anything else."""
    if isinstance(text, str):
        return parse_clock(text.replace(",", "."))
    if not 0 <= text < math.inf:
        raise ValueError(f"not a time: {text!r}")
    return float(text)


def seconds_or_before(value: str | float) -> float:
    """`seconds`, where a number may also be negative; raises ValueError for no number."""
    if isinstance(value, str):
        return seconds(value)
    if not math.isfinite(float(value)):
        raise ValueError(f"not a time: {value!r}")
    return float(value)


def pairs(value: Any) -> Iterator[tuple[float, float]]:
    """(start, end) pairs of `[s, e]`, `[[s, e], …]` or None, in order of time within each pair."""
    if value is None:
        return
    items: Iterable[Any] = [value] if len(value) == 2 and not isinstance(value[0], Sequence) else value
    for item in items:
        start, end = (seconds(part) for part in item)
        yield min(start, end), max(start, end)
