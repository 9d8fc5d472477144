"""Fitting requests: what is given up first, and what text may not do."""

from __future__ import annotations

import numpy as np
import pytest

from playhead.tools.protocols import ChatRequest, ImagePart, Message
from playhead.tools.serving.request_fit import Fit, fit_context, fitted, sendable, smaller
from playhead.tools.serving.server_limits import Learned


def request(frames: int, text: str = "Question?") -> ChatRequest:
    pictures = (ImagePart(np.zeros((360, 640, 3), np.uint8), float(n)) for n in range(frames))
    return ChatRequest((Message("user", (text, *pictures)),), max_tokens=200)


def changed(before: Fit, after: Fit) -> list[str]:
    names = ("frames", "side_px", "text_chars", "max_tokens")
    return [name for name in names if getattr(before, name) != getattr(after, name)]


def test_frames_go_first_then_their_size_then_words_then_the_reply() -> None:
    asked, fit, given_up = request(32, "word " * 2000), Fit(), list[str]()
    while (following := smaller(asked, fit, 0.5)) is not None:
        given_up += changed(fit, following)
        fit = following
    assert list(dict.fromkeys(given_up)) == ["frames", "side_px", "text_chars", "max_tokens"]
    assert fit == Fit(frames=1, side_px=224, text_chars=2000, max_tokens=64)


def test_a_known_context_is_kept_and_an_unknown_one_changes_nothing() -> None:
    assert fit_context(request(100), Learned(), Fit()) == Fit()
    fit = fit_context(request(100), Learned(context_tokens=8000), Fit())
    assert fit.frames is not None
    assert 8 <= fit.frames < 30


def test_only_the_longest_text_is_cut_and_says_so() -> None:
    messages = (Message("system", ("Rules.",)), Message("user", ("x" * 900 + "end",)))
    system, user = fitted(messages, Learned(), Fit(text_chars=100))
    assert system.parts == ("Rules.",)
    assert user.parts == ("x" * 50 + "\n[… 803 characters left out …]\n" + "x" * 47 + "end",)


@pytest.mark.parametrize("token", ["<|im_end|>", "<|vision_start|>", "</s>", "<image>", "<end_of_turn>"])
def test_control_tokens_in_text_are_only_words(token: str) -> None:
    assert sendable(f"a {token} b") == f"a ‹{token[1:]} b"


@pytest.mark.parametrize("text", ["<data>x</data>", "<12.5 s>", "<reply>", "a < b |> c", "今天 🎉"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert sendable(text) == text


def test_lone_surrogates_are_replaced() -> None:
    assert sendable("half \ud800 letter") == "half ? letter"
