"""Runs for other programs: every sample as CSV or Parquet, the scores as a LaTeX or Markdown table."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playhead.eval import sections, table, taxonomy
from playhead.eval.choices import letter_of
from playhead.eval.finished import Finished
from playhead.eval.naming import names, set_of
from playhead.eval.types import Scored
from playhead.tools.errors import MissingExtraError, UsageError
from playhead.tools.types import Span

FORMATS = ("csv", "parquet", "latex", "markdown")

Row = dict[str, Any]


def exported(runs: Sequence[Finished], kind: str, out: Path | None) -> str:
    """The runs in one of FORMATS, written to `out` when it is given. Raises UsageError."""
    if kind not in FORMATS:
        raise UsageError(f"--format {kind!r}", f"choose one of: {', '.join(FORMATS)}")
    if kind == "parquet":
        if out is None:
            raise UsageError("Parquet is no text for the terminal", "give --out FILE.parquet")
        write_parquet(rows(runs), out)
        return ""
    text = {"csv": lambda: as_csv(rows(runs)), "latex": lambda: as_latex(runs)}.get(
        kind, lambda: as_markdown(runs)
    )()
    if out is not None:
        out.write_text(text, encoding="utf-8", errors="replace", newline="")
    return text


def rows(runs: Sequence[Finished]) -> list[Row]:
    """One row for every sample of every run; times in seconds, options by letter."""
    called = names([run.config for run in runs], [run.path.name for run in runs])
    found = []
    for run, name in zip(runs, called, strict=True):
        of_run = {"set": set_of(run.config), "run": name.full, "strategy": run.config.strategy}
        of_run |= {"model": run.config.model, "subtitles": run.config.subtitles}
        pairs = zip(run.scored, taxonomy.kinds(run.scored), strict=True)
        found += [{**of_run, **_sample(item, kind)} for item, kind in pairs]
    return found


def _sample(item: Scored, kind: str) -> Row:
    sample, said = item.sample, item.prediction
    return {
        "id": sample.id,
        "repeat": sample.epoch,
        "video": sample.video,
        "question": sample.question,
        "options": list(sample.options),
        "gold": letter_of(sample.answer_index) or sample.answer_text,
        "gold_s": _times(sample.evidence),
        "tags": json.dumps({name: list(values) for name, values in sample.tags.items()}, ensure_ascii=False),
        "kind": kind,
        "correct": item.correct,
        "option": letter_of(said.option) if said else "",
        "official_letter": item.choice,
        "official_correct": item.official_correct,
        "text": said.text if said else "",
        "found": said.found if said else None,
        "confidence": said.confidence if said else None,
        "cited_s": _times(said.evidence if said else ()),
        "cited_videos": list(said.evidence_videos if said else ()),
        "retrieved_s": _times(said.retrieved if said else ()),
        "stopped_because": said.stopped_because if said else "",
        "error": item.error,
        "seconds": said.usage.wall_s if said else None,
        "calls": said.usage.model_calls if said else None,
        "input_tokens": said.usage.input_tokens if said else None,
        "output_tokens": said.usage.output_tokens if said else None,
        "frames": said.usage.frames if said else None,
    }


def _times(spans: Sequence[Span]) -> list[list[float]]:
    return [[span.start_s, span.end_s] for span in spans]


def as_csv(found: Sequence[Row]) -> str:
    """Lists as JSON. A text that a spreadsheet would take for a formula gets an apostrophe before it."""
    out = io.StringIO()
    if found:
        writer = csv.writer(out)
        writer.writerow(found[0])
        writer.writerows([[_cell(value) for value in row.values()] for row in found])
    return out.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) and not _number(value):
        return f"'{value}"
    return value


def _number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def write_parquet(found: Sequence[Row], out: Path) -> None:
    """One typed column a field, texts as they are. Raises MissingExtraError without pyarrow."""
    try:
        import pyarrow as arrow
        from pyarrow import parquet
    except ModuleNotFoundError as error:
        raise MissingExtraError("Parquet needs pyarrow", "pip install 'playhead[bench]'") from error
    spans, whole = arrow.list_(arrow.list_(arrow.float64())), arrow.int64()
    words = arrow.list_(arrow.string())
    special = {"options": words, "cited_videos": words, "found": arrow.bool_()}
    special |= dict.fromkeys(("gold_s", "cited_s", "retrieved_s"), spans)
    special |= dict.fromkeys(("correct", "official_correct", "confidence", "seconds"), arrow.float64())
    special |= dict.fromkeys(("repeat", "calls", "input_tokens", "output_tokens", "frames"), whole)
    columns = list(found[0]) if found else []
    schema = arrow.schema([(name, special.get(name, arrow.string())) for name in columns])
    parquet.write_table(arrow.Table.from_pylist(list(found), schema=schema), out)


def as_latex(runs: Sequence[Finished]) -> str:
    """A table for a paper (needs booktabs): a row for every system, a column for every set."""
    grid = sections.by_set(runs, names([run.config for run in runs], [run.path.name for run in runs]))
    head = " & ".join(("", *map(latex, grid["sets"])))
    lines = [" & ".join((latex(row["name"]), *map(_share, row["cells"]))) for row in grid["rows"]]
    return "\n".join(
        (
            "% accuracy in percent, 95 % interval",
            rf"\begin{{tabular}}{{l{'r' * len(grid['sets'])}}}",
            r"\toprule",
            rf"{head} \\",
            r"\midrule",
            *(rf"{line} \\" for line in lines),
            r"\bottomrule",
            r"\end{tabular}",
            "",
        )
    )


def _share(summary: Any) -> str:
    if not summary or summary["accuracy"] is None:
        return "--"
    low, high = (table.percent(bound) for bound in summary["interval"])
    return rf"{table.percent(summary['accuracy'])} {{\small [{low}, {high}]}}"


_SPECIAL = {char: rf"\{char}" for char in "&%$#_{}"} | {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "·": r"\textperiodcentered{}",
}


def latex(text: str) -> str:
    """A text with every character that LaTeX gives a meaning escaped."""
    return "".join(_SPECIAL.get(char, char) for char in " ".join(text.split()))


def as_markdown(runs: Sequence[Finished]) -> str:
    return table.markdown([run.summary for run in runs], [run.config for run in runs])
