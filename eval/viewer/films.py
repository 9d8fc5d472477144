"""Films whose facts stand in the pictures alone, for a few seconds each, and questions about them.

No sound, no subtitles; labels are painted, so that only somebody who looks at the right second can tell.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

from playhead.eval.viewer.sight import COLOURS, ROOMS
from playhead.tools.pictures.painting import Label, Thing
from playhead.tools.synthesis import SUFFIX, Scene, Script
from playhead.tools.types import Span

NEEDLE_S, EVENT_S, PERSON_S = 4.0, 8.0, 12.0
_CODE = "ACDEFHJKLMNPRTUVWXY34679"
"""Letters that small print keeps apart."""
_CRATES = ("3", "4", "6", "7", "9", "34")
_NEAR = {
    "3": ("36", "63"),
    "4": ("47", "74"),
    "6": ("69", "96"),
    "7": ("79", "97"),
    "9": ("94", "49"),
    "34": ("43", "64"),
}
_ANIMALS = ("HERON", "OTTER", "MARTEN")
_NEVER = {
    "code": "What code is on crate 88?",
    "owner": "What does the locker of Ada hold?",
    "return": "When does the person in the red coat come back?",
}
"""What is asked of things that no film shows; others like them it does show."""
_NAMED_LABEL, _SMALL = Label("", 0.1, 0.06), Label("", 0.1, 0.24, 0.05)


@dataclass(frozen=True, slots=True)
class Asking:
    """One question and when the film shows the answer, if ever.

    An answer is right that holds all `words`, in this order; without words, that names a second of `places`.
    """

    name: str
    text: str
    words: tuple[str, ...] = ()
    places: tuple[Span, ...] = ()
    options: tuple[str, ...] = ()

    @property
    def option(self) -> int | None:
        wanted = ", ".join(self.words)
        return self.options.index(wanted) if self.options else None


@dataclass(frozen=True, slots=True)
class Film:
    """A script to be played by the synthetic reader, and what can be asked about it."""

    script: Script
    questions: tuple[Asking, ...]

    def write(self, folder: Path, name: str = "film") -> Path:
        """The film as a file that `playhead` plays."""
        path = folder / f"{name}{SUFFIX}"
        path.write_text(self.script.to_json(), "utf-8")
        return path


@dataclass
class _Studio:
    """Where what happens: a time that is free for each event, the scene that it happens in."""

    scenes: list[Scene]
    draw: Random
    taken: list[Span] = field(default_factory=list)
    added: list[Scene] = field(default_factory=list)

    def shoot(self, length_s: float, share: tuple[float, float], *things: Thing, label: str = "") -> Span:
        """Something seen at a drawn time between two shares of the film; the same scene goes on around it."""
        end_s = self.scenes[-1].end_s
        apart_s = min(20.0, end_s / 150)
        for _ in range(10_000):
            start_s = round(2 * self.draw.uniform(share[0] * end_s, share[1] * end_s - length_s)) / 2
            span = Span(start_s, start_s + length_s)
            scene = next(one for one in self.scenes if one.start_s <= start_s < one.end_s)
            inside = scene.start_s + 3 <= start_s and span.end_s + 3 <= scene.end_s
            if inside and all(
                span.start_s - other.end_s > apart_s or other.start_s - span.end_s > apart_s
                for other in self.taken
            ):
                break
        else:
            raise ValueError(f"{end_s:.0f} s are too short for all that is to happen")
        labels = (*scene.labels, replace(_SMALL, text=label)) if label else scene.labels
        shown = replace(
            scene, start_s=start_s, end_s=span.end_s, things=(*scene.things, *things), labels=labels
        )
        self.taken.append(span)
        self.added.append(shown)
        return span


def film(minutes: float, seed: int = 1, needles: int = 6) -> Film:
    """A film of this length; from 10 minutes on every kind of question fits in."""
    draw = Random(seed)  # noqa: S311 - a film, not a secret
    studio = _Studio(list(_scenes(60.0 * minutes, draw)), draw)
    questions = [*_needles(studio, needles), *_counted(studio), *_ordered(studio), *_changed(studio)]
    questions += [*_returned(studio), *_joined(studio)]
    questions += [Asking(f"unanswerable {name}", text) for name, text in _NEVER.items()]
    script = Script((*studio.scenes, *studio.added), 768, 432, 2.0)
    return Film(script, tuple(questions))


def _scenes(duration_s: float, draw: Random) -> Iterator[Scene]:
    start_s, room, number = 0.0, "", 0
    while start_s < duration_s:
        length_s = float(min(draw.randint(24, 70), duration_s - start_s))
        length_s = duration_s - start_s if duration_s - start_s - length_s < 24 else length_s
        room = draw.choice([name for name in ROOMS if name != room])
        number += 1
        colours = draw.sample([name for name in COLOURS if name != "pink"], draw.randint(1, 3))
        things = tuple(
            Thing("square", COLOURS[name], 0.1 + 0.4 * place, 0.62) for place, name in enumerate(colours)
        )
        label = replace(_NAMED_LABEL, text=f"HALL {number}")
        yield Scene(start_s, start_s + length_s, ROOMS[room], things=things, labels=(label,))
        start_s += length_s


def _needles(studio: _Studio, count: int) -> Iterator[Asking]:
    for number in _CRATES[:count]:
        code = _code(studio.draw)
        place = studio.shoot(NEEDLE_S, (0, 1), label=f"CRATE {number} CODE {code}")
        for near in _NEAR[number][: 1 + (count > 3)]:
            studio.shoot(NEEDLE_S, (0, 1), label=f"CRATE {near} CODE {_code(studio.draw)}")
        yield Asking(f"needle {number}", f"What code is on crate {number}?", (code,), (place,))


def _code(draw: Random) -> str:
    return "".join(draw.choice(_CODE) for _ in range(4))


def _counted(studio: _Studio) -> Iterator[Asking]:
    disc = Thing("disc", COLOURS["pink"], 1.3, 0.3)
    parts = [((part + 0.1) / 5, (part + 0.9) / 5) for part in range(5)]
    places = tuple(studio.shoot(EVENT_S, part, disc) for part in parts)
    yield Asking("count", "How many times does a pink disc appear?", ("5",), places)


def _ordered(studio: _Studio) -> Iterator[Asking]:
    animals = studio.draw.sample(_ANIMALS, 3)
    parts = ((0, 0.33), (0.34, 0.66), (0.67, 1))
    shot = [
        studio.shoot(EVENT_S, part, label=f"FLAG {name}") for part, name in zip(parts, animals, strict=True)
    ]
    words, places = tuple(name.lower() for name in animals), tuple(shot)
    question = "In which order do the flags heron, otter and marten appear?"
    yield Asking("order", question, words, places)
    a, b, c = words
    yield Asking(
        "order of four",
        question,
        words,
        places,
        (f"{c}, {b}, {a}", f"{b}, {a}, {c}", f"{a}, {b}, {c}", f"{a}, {c}, {b}"),
    )


def _changed(studio: _Studio) -> Iterator[Asking]:
    studio.shoot(EVENT_S, (0, 0.4), label="GATE SHUT")
    place = studio.shoot(EVENT_S, (0.6, 1), label="GATE OPEN")
    yield Asking("change", "Is the gate open or shut at the end?", ("open",), (place,))


def _returned(studio: _Studio) -> Iterator[Asking]:
    person = Thing("triangle", COLOURS["yellow"], 1.3, 0.5, 0.35)
    studio.shoot(PERSON_S, (0, 0.45), person)
    place = studio.shoot(PERSON_S, (0.55, 1), person)
    yield Asking("return", "When does the person in the yellow coat come back?", (), (place,))


def _joined(studio: _Studio) -> Iterator[Asking]:
    owner = studio.shoot(EVENT_S, (0.5, 1), label="LOCKER 47 OWNER KIM")
    studio.shoot(EVENT_S, (0, 1), label="LOCKER 74 HOLDS LANTERN")
    place = studio.shoot(EVENT_S, (0, 0.5), label="LOCKER 47 HOLDS COMPASS")
    yield Asking("join", "What does the locker of Kim hold?", ("compass",), (place, owner))
