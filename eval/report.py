"""The report: one HTML page that stands alone, and a Markdown table. Everything untrusted is escaped.

The page asks for nothing: its content policy forbids every request and every script but its own, which it
names by hash, and the script may build the page from text only (trusted types).
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shlex
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from playhead.agent.terminal.page import part, style
from playhead.eval import plots, sections, taxonomy
from playhead.eval.finished import Finished, read
from playhead.eval.naming import Name, names
from playhead.eval.page_data import embedded, page_data
from playhead.eval.table import compact, markdown, percent

PICTURED = 24
"""Samples shown with frames, a run; the page stays small enough to mail."""
SCRIPTS = ("report.js", "report_list.js", "report_sample.js")


def write_report(folders: Sequence[Path], out: Path, pictured: int = PICTURED) -> Path:
    """Write `out` (HTML) and the table beside it (`.md`). Raises UsageError for a folder that is no run."""
    runs = [read(folder) for folder in folders]
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(html(runs, pictured), encoding="utf-8", errors="replace")
    table = markdown([run.summary for run in runs], [run.config for run in runs])
    out.with_suffix(".md").write_text(table, encoding="utf-8", errors="replace")
    return out


def html(runs: Sequence[Finished], pictured: int = PICTURED) -> str:
    """The page of one or several runs, side by side."""
    named = names([run.config for run in runs], [run.path.name for run in runs])
    called = [name.full for name in named]
    colours = [plots.colour(place) for place in range(len(runs))]
    page = page_data(runs, named, colours, pictured)
    shown = [_view(run, name, colour) for run, name, colour in zip(runs, named, colours, strict=True)]
    summaries = [run.summary for run in runs]
    styles, script = style() + _part("report.css"), _script()
    return _template().render(
        style=Markup(styles),  # noqa: S704 - own file
        script=Markup(script),  # noqa: S704 - own file
        style_hash=_hash(styles),
        script_hash=_hash(script),
        data=Markup(embedded(page.data)),  # noqa: S704 - escaped there for a script element
        blocks=page.blocks,
        left_out=page.left_out,
        runs=shown,
        sets=sections.by_set(runs, named),
        comparisons=sections.comparisons(runs, called),
        beside=sections.side_by_side(runs, called),
        breakdowns=sections.breakdowns(summaries),
        official=sections.official(summaries),
        kinds=sections.kinds(runs),
        repeats=sections.repeats(runs, called),
        **_drawn(shown, runs),
        claims={claim: None for run in runs for claim in run.claims},
    )


def _drawn(shown: Sequence[Mapping[str, Any]], runs: Sequence[Finished]) -> dict[str, Markup]:
    """The plots; their labels are escaped where they are drawn."""
    points, unit = sections.costs(runs, [view["title"] for view in shown])
    return {
        "reliability": Markup(plots.reliability([(v["title"], v["bins"]) for v in shown])),  # noqa: S704
        "cost": Markup(plots.cost(points, unit)),  # noqa: S704
    }


def _view(run: Finished, name: Name, colour: str) -> dict[str, Any]:
    return {
        "title": name.full,
        "system": name.system,
        "set": name.set,
        "colour": colour,
        "summary": run.summary,
        "interval": run.summary["interval"],
        "bins": run.summary["calibration"].get("bins", []),
        "causes": taxonomy.causes(run.scored),
        "trouble": run.trouble,
        "command": shlex.join(run.facts.get("command", [])),
        "facts": json.dumps(run.facts, ensure_ascii=False, indent=1),
    }


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    environment.filters |= {"percent": percent, "compact": compact}
    environment.globals["bar"] = lambda *interval: Markup(plots.bar(*interval))  # noqa: S704 - own SVG
    return environment.from_string(_part("report.html"))


@cache
def _part(name: str) -> str:
    return files("playhead.eval").joinpath(name).read_text("utf-8")


def _script() -> str:
    """The report's script, with what it shares with the served page before it."""
    shared = re.sub(r"^export ", "", part("parts.js"), flags=re.MULTILINE)
    return "\n".join(['"use strict";', shared, *(_part(name) for name in SCRIPTS)])


def _hash(text: str) -> str:
    """The source expression of an inline element for the content policy."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
