"""Who is let in."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from playhead.agent.agent import VideoAgent
from tests.running_server import TOKEN, RunningServer

Make = Callable[..., VideoAgent]
Serve = Callable[[VideoAgent], RunningServer]


def test_the_token_in_the_address_becomes_a_cookie(make: Make, serve: Serve) -> None:
    with serve(make()).stranger() as browser:
        assert browser.get("/").status_code == 401
        entered = browser.get("/", params={"token": TOKEN})
        assert (entered.status_code, entered.headers["location"]) == (303, "/")
        cookie = entered.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite" in cookie
        assert TOKEN not in cookie
        assert browser.get("/api/library").json()["videos"][0]["known"]["speech"] == 3


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 421),
        ({"Host": "127.0.0.1.evil.example"}, 421),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Authorization": "Bearer wrong"}, 401),
    ],
)
def test_others_stay_outside(make: Make, serve: Serve, headers: dict[str, str], status: int) -> None:
    refused = serve(make()).client().get("/api/library", headers=headers)
    assert refused.status_code == status
    assert refused.json()["error"]["cause"]
