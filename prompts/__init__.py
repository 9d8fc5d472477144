"""The words sent to models: one Markdown file per call site, filled by Jinja, strict about variables.

Text that comes out of videos, models or data files goes through the `fence` filter, which wraps it as
data and breaks up anything inside that looks like the fence itself.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

import jinja2

OPEN, CLOSE = "<data>", "</data>"


def fence(text: object) -> str:
    """`text` between data marks that the text itself cannot close."""
    inner = re.sub(r"<(\s*/?\s*data)", r"‹\1", str(text), flags=re.IGNORECASE)
    return f"{OPEN}{inner}{CLOSE}"


@cache
def _environment() -> jinja2.Environment:
    """All prompts, read at once: event loops must not wait for files in the middle of a question."""
    found = (file for file in files("playhead.prompts").iterdir() if file.name.endswith(".md"))
    sources = {file.name.removesuffix(".md"): file.read_text("utf-8") for file in found}
    environment = jinja2.Environment(  # noqa: S701 - plain text for a model, HTML is escaped in reports
        loader=jinja2.DictLoader(sources),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["fence"] = fence
    return environment


def names() -> tuple[str, ...]:
    """The prompts that there are, sorted. The first call reads their files."""
    return tuple(sorted(_environment().list_templates()))


def render(name: str, /, **values: object) -> str:
    """The prompt `name` filled with `values`; a missing variable raises jinja2.UndefinedError."""
    return _environment().get_template(name).render(values).strip()


def fill(text: str, /, **values: object) -> str:
    """The same for a prompt given as text, for parts from outside this package."""
    return _environment().from_string(text).render(values).strip()
