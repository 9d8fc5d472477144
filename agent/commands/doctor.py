"""`playhead doctor`"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any

import typer

from playhead.agent.commands import _options as shared


def doctor(
    model: shared.Model = None,
    base_url: shared.BaseUrl = None,
    library: shared.LibraryFolder = None,
    config: shared.ConfigFile = None,
    settings: shared.Set = None,
    show_config: Annotated[
        bool, typer.Option("--show-config", help="Print every setting and where its value came from.")
    ] = False,
    as_json: shared.Json = False,
) -> None:
    """Try this machine and its endpoints, and say what to change.

    Exit code 1 when the configured setup cannot work.
    """
    from playhead.agent import config_layers

    given = shared.flags(settings, model=model, base_url=base_url, library=library)
    loaded = config_layers.load(given, config)
    if show_config:
        _show(loaded, as_json)
        return
    raise typer.Exit(asyncio.run(_examine(loaded.config, as_json)))


async def _examine(config: Any, as_json: bool) -> int:
    from rich.console import Console
    from rich.text import Text

    from playhead.agent.doctor.examination import Finding, examine, healthy
    from playhead.agent.terminal.console import printable
    from playhead.agent.terminal.wrapping import hanging

    out = Console(highlight=False, markup=False)
    marks = {"ok": ("ok  ", "green"), "note": ("note", "yellow"), "problem": ("FAIL", "bold red")}
    findings: list[Finding] = []
    advised = ""
    async for finding in examine(config):
        findings.append(finding)
        if not as_json:
            mark, style = marks[finding.status]
            said = f"  {finding.check}: {printable(finding.detail)}"
            hanging(out, Text.assemble((mark, style), said), len("ok    "))
            if finding.cure and finding.cure != advised:
                hanging(out, Text(f"      → {printable(finding.cure)}", style="dim"), len("      → "))
            advised = finding.cure
    if as_json:
        json.dump({"healthy": healthy(findings), "findings": [asdict(item) for item in findings]}, sys.stdout)
        sys.stdout.write("\n")
    return 0 if healthy(findings) else 1


_SECRET = re.compile("key|token|secret|password|authorization", re.IGNORECASE)


def _shown(value: Any) -> Any:
    """A setting without what may be a secret: logins in addresses, and entries that are named like keys."""
    if isinstance(value, str):
        return re.sub(r"(?<=://)[^/@\s]+@", "", value)
    if isinstance(value, Mapping):
        return {name: "[hidden]" if _SECRET.search(name) else _shown(item) for name, item in value.items()}
    return value


def _show(loaded: Any, as_json: bool) -> None:
    """Every setting with its value and where that came from."""
    from playhead.agent.config import settings as all_settings

    rows = [
        (path, _shown(value), loaded.origins.get(path, "default"))
        for path, value in all_settings(loaded.config)
    ]
    if as_json:
        table = {path: {"value": value, "from": origin} for path, value, origin in rows}
        json.dump(table, sys.stdout, default=str, ensure_ascii=False)
        sys.stdout.write("\n")
        return
    for path, value, origin in rows:
        typer.echo(f"{path} = {value!r}  ({origin})")
