"""Words of models as the page shows them: a little Markdown, no markup, nothing loaded."""

from __future__ import annotations

import json

import pytest

from tests.agent.server.page.conftest import Page
from tests.browser import Tab, needs_browser

pytestmark = needs_browser


@pytest.fixture(scope="module", autouse=True)
def _at_home(page: Page) -> None:
    page.go("#/library")


def shown(tab: Tab, text: str) -> str:
    """The markup of the nodes that a text becomes; clock times become buttons, [4] bold."""
    at = "(time_s) => Object.assign(document.createElement('button'), {textContent: time_s})"
    script = "import('./markdown.js').then(({markdown}) => { const box = document.createElement('div');"
    cite = "(number) => number === 4 && Object.assign(document.createElement('b'), {textContent: number})"
    script += (
        f"box.append(...markdown({json.dumps(text)}, {{at: {at}, cite: {cite}}})); return box.innerHTML }})"
    )
    return str(tab.run(script)).replace(' dir="auto"', "")


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        (
            "**bold** and *soft* `x < y`",
            "<p><strong>bold</strong> and <em>soft</em> <code>x &lt; y</code></p>",
        ),
        ("a\nb\n\nc", "<p>a<br>b</p><p>c</p>"),
        ("## Head", "<h4>Head</h4>"),
        ("- a\n- b\n  - c", "<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>"),
        ("3. a\n4. b", '<ol start="3"><li>a</li><li>b</li></ol>'),
        ("```py\n**x**\n```", "<pre>**x**</pre>"),
        ("> said", "<blockquote><p>said</p></blockquote>"),
        ("At 1:02:03, not 1:2.", "<p>At <button>3723</button>, not 1:2.</p>"),
        ("Line [4], not [5] [x]", '<p>Line <span class="cited"><b>4</b>,</span> not [5] [x]</p>'),
        ("2 * 3 * 4 snake_case_name", "<p>2 * 3 * 4 snake_case_name</p>"),
    ],
)
def test_what_answers_use_is_shown(tab: Tab, text: str, markup: str) -> None:
    assert shown(tab, text) == markup


def test_a_table_and_a_link_that_shows_where_it_leads(tab: Tab) -> None:
    assert "<th>a</th>" in shown(tab, "| a | b |\n|---|---|\n| 1 | 2 |")
    link = shown(tab, "[bank](https://evil.example/x)")
    assert "bank (<a href=" in link
    assert 'rel="noreferrer noopener nofollow">https://evil.example/x</a>' in link


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>document.title='owned'</script>",
        "<img src=x onerror=document.title='owned'>",
        "![x](https://evil.example/x.png)",
        "[x](javascript:document.title='owned')",
        "<a href='data:text/html,x'>x</a>",
        "\u202etxet\u0000\u0007",
        ">" * 20_000,
        "**" * 10_000,
        "*_" * 5_000 + "x" + "_*" * 5_000,
        "[" * 20_000,
    ],
)
def test_hostile_text_stays_text(tab: Tab, hostile: str) -> None:
    markup = shown(tab, hostile)
    assert not any(tag in markup for tag in ("<script", "<img", "<a "))
    assert tab.run("document.title") == "Library – playhead"


def test_the_browser_itself_lets_no_text_become_markup(tab: Tab) -> None:
    for act in (
        "document.createElement('p').innerHTML = '<b>bold</b>'",
        "trustedTypes.createPolicy('mine', {createHTML: (text) => text})",
    ):
        tried = f"(() => {{ try {{ {act}; return 'done' }} catch (error) {{ return error.name }} }})()"
        assert tab.run(tried) == "TypeError"
