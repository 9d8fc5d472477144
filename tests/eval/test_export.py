"""Exports: every sample as rows, scores as tables; nothing in a text acts on its reader."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from playhead.eval.bench_cli import app
from playhead.eval.export import as_csv, latex
from tests.eval.made_up_runs import captions, finished_run


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    base = tmp_path_factory.mktemp("export")
    data = captions(base / "data", 25)
    return [
        finished_run(data, base / "a"),
        finished_run(data, base / "b", strategy="topk", seed=1),
        finished_run(data, base / "c", set="captions"),
    ]


def export(*words: str | Path) -> Result:
    result = CliRunner().invoke(app, ["export", *map(str, words)])
    assert result.exit_code == 0, result.output
    return result


def test_csv_holds_every_sample_of_every_run(runs: list[Path]) -> None:
    rows = list(csv.DictReader(io.StringIO(export(*runs[:2]).stdout)))
    assert len(rows) == 50
    assert {row["run"] for row in rows} == {"observe", "topk"}
    assert {row["gold"] for row in rows} == {"A", "B", "C", "D"}
    assert {"id", "question", "options", "official_letter", "kind", "cited_s", "error"} <= set(rows[0])


def test_parquet_is_typed_and_exact(runs: list[Path], tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    out = tmp_path / "samples.parquet"
    assert export(*runs, "--format", "parquet", "--out", out).stdout.strip() == str(out)
    table = parquet.read_table(out)
    assert table.num_rows == 75
    assert str(table.schema.field("cited_s").type) == "list<element: list<element: double>>"
    assert sum(table["correct"].to_pylist()) > 10
    assert any(text.startswith("</script>") for text in table["question"].to_pylist())


def test_latex_has_a_row_a_system_and_a_column_a_set(runs: list[Path]) -> None:
    lines = export(*runs, "--format", "latex").stdout.splitlines()
    assert lines[1] == r"\begin{tabular}{lrr}"
    assert lines[3] == r" & own & captions \\"
    assert [line.split(" & ")[0] for line in lines[5:7]] == ["observe", "topk"]
    assert lines[6].endswith(r"& -- \\")


def test_markdown_is_the_table_of_the_run(runs: list[Path]) -> None:
    assert export(runs[0], "--format", "markdown").stdout.startswith("| set | strategy |")


def test_latex_specials_are_escaped() -> None:
    assert latex(r"a_b & 5 % $x$ {y} \z ~^") == (
        r"a\_b \& 5 \% \$x\$ \{y\} \textbackslash{}z \textasciitilde{}\textasciicircum{}"
    )


def test_a_spreadsheet_runs_nothing() -> None:
    cells = as_csv([{"a": "=HYPERLINK(1)", "b": "-3.5", "c": "-x", "d": -1.0, "e": "\u202e"}]).splitlines()
    assert cells[1] == "'=HYPERLINK(1),-3.5,'-x,-1.0,\u202e"


@pytest.mark.parametrize("words", [("--format", "xls"), ("--format", "parquet")])
def test_bad_formats_are_refused(runs: list[Path], words: tuple[str, ...]) -> None:
    result = CliRunner().invoke(app, ["export", str(runs[0]), *words])
    assert result.exit_code != 0
    assert result.exception
